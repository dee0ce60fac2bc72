"""The window in which models are chosen, kept and given on."""
