"""The training pane: what to train, how it goes, what came of it."""
