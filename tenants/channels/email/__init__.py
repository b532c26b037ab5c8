"""E-mail: the door by which most messages leave."""
