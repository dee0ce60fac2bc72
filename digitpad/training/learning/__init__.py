"""Teaching a model one hand without its forgetting all others."""
