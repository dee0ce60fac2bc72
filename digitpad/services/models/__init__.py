"""Models on disk: the bundled ones, the person's own, and what is done with them."""
