"""The network that finds ink in photographs, and how it is trained."""
