"""Training on several devices: the GPUs of this machine, or several machines."""
