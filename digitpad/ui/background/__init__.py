"""All threads of the window: for reading, files, samples, runs, and looking inside models.

Each job is a worker object on a thread of its own. Workers are asked through signals and answer
through signals, so widgets are touched on the GUI thread alone.
"""
