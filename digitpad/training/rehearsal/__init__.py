"""What keeps a network from forgetting where there is no data set: digits out of nothing."""
