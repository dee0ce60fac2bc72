"""What a model takes samples for."""

from collections.abc import Callable

import numpy as np

from digitpad.core.classifier import Classifier
from digitpad.services.batch_reading import name_model
from digitpad.services.models.library import Model
from digitpad.services.samples.records import judge
from digitpad.services.samples.store import SampleStore

_BATCH = 512  # Less than the eye notices, so that it can be stopped.


def judge_samples(store: SampleStore, model: Model, on_progress: Callable[[int, int], None]) -> int:
    """Read all samples that a model has not read yet, and remember what it takes them for.

    Parameters
    ----------
    store : SampleStore
        Where they are, and what remembers it.
    model : Model
        What to read with.
    on_progress : callable
        Called with the number done and that of all. To stop, raise from it; what was done stays.

    Returns
    -------
    int
        How many were read.

    Raises
    ------
    ModelError
        If the model can't be loaded.
    StorageError
        If the file can't be written to.
    """
    name = name_model(model)
    waiting = store.find_unjudged(name)
    if not waiting:
        return 0
    classifier = Classifier(model.litert_file)
    for start in range(0, len(waiting), _BATCH):
        on_progress(start, len(waiting))
        samples = store.load(waiting[start : start + _BATCH], is_whole=False)
        if samples:
            images = np.stack([sample.image for sample in samples])
            rows = classifier.classify(np.divide(images, 255, dtype=np.float32))
            predictions = {s.id: judge(row, name) for s, row in zip(samples, rows, strict=True)}
            store.put_predictions(predictions)
    on_progress(len(waiting), len(waiting))
    return len(waiting)
