"""Views of the staff portal, one module a subject."""
