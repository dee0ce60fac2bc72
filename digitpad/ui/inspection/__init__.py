"""The window to look inside a model: what it gets wrong, what it sees, and where it looks."""
