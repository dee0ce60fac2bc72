"""Use cases that both front ends call."""
