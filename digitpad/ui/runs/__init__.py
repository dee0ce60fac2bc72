"""The window of the runs there were: which, how they went, and going on with them."""
