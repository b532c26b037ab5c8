"""The office's own web form as a channel."""
