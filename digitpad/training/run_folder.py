"""What lies in the folder of a run. Free of TensorFlow."""

CONFIG_FILE = "config.json"
"""What the run was asked to do."""

SAMPLES_FILE = "samples.npz"
"""The digits of one's own that it learns; only in a run that does."""

DATA_FILE = "data.json"
"""Counts and fingerprints of its data."""

EVENTS_FILE = "events.jsonl"
"""What it reported, a line an event."""

RESULT_FILE = "result.json"
"""The last event, once it has ended."""

LOG_FILE = "log.txt"
"""What its libraries said."""

LOCK_FILE = "lock"
"""Held while the run is under way."""

CHECKPOINTS_FOLDER = "checkpoints"
"""The network as it was after the last epochs, and after the best."""

STATE_FILE = "state.json"
"""Beside the checkpoints: where the run is."""

TENSORBOARD_FOLDER = "tensorboard"
"""Its curves, for TensorBoard."""

CANDIDATE_FOLDER = "candidate"
"""The model that came of it."""
