"""Pixels and numbers: NumPy, Pillow, OpenCV and LiteRT; no Qt, no TensorFlow."""
