"""Pages of the front doors. Each is on the public side: none enters an office for its visitor."""
