"""Training runs: starting, following, comparing and clearing them away."""
