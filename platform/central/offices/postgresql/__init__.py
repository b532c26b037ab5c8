"""The database backend: django-tenants' one, failing closed."""
