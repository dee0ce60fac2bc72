"""Learning: the only package that imports TensorFlow and Keras, in a process of its own."""
