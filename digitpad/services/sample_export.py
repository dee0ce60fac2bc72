"""Samples, written out for others to use."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from digitpad.core.errors import SampleError
from digitpad.core.files import open_atomically
from digitpad.services.sample_database import telling_errors
from digitpad.services.sample_store import SampleStore


def export_training_set(store: SampleStore, file: Path, ids: Sequence[int]) -> int:
    """Write samples as they are now, for a training run to learn from.

    Parameters
    ----------
    store : SampleStore
        Where they are.
    file : Path
        An `.npz` file, in a folder that is there: `images` (n, 28, 28) uint8, `labels` (n,)
        uint8, and `ids` (n,) int64, in the order of `ids`.
    ids : sequence of int
        Those that are gone are left out.

    Returns
    -------
    int
        How many were written.

    Raises
    ------
    SampleError
        If none are left.
    StorageError
        If it can't be written.
    """
    samples = store.load(ids, is_whole=False)
    if not samples:
        raise SampleError("There are no samples to train on.", "Keep some first.")
    with telling_errors(file), open_atomically(file) as opened:
        np.savez(
            opened,
            images=np.stack([sample.image for sample in samples]),
            labels=np.array([sample.label for sample in samples], np.uint8),
            ids=np.array([sample.id for sample in samples], np.int64),
        )
    return len(samples)
