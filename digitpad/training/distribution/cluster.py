"""The machines of a run, as `TF_CONFIG` names them. Free of TensorFlow."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digitpad.core.errors import TrainingError

_ADVICE = (
    'Set it on each machine: {"cluster": {"worker": ["HOST:PORT", "HOST:PORT"]}, '
    '"task": {"type": "worker", "index": 0}}, each with an index of its own.'
)
_JOBS = ("chief", "worker")
"""The kinds of machine that a run knows, in TensorFlow's order."""


@dataclass(frozen=True)
class Cluster:
    """The machines of a run, and which of them this is.

    Parameters
    ----------
    addresses : tuple of str
        Of all, `host:port`. The first is TensorFlow's chief: it keeps what comes of the run.
    number : int
        Of this machine among them, from 0.
    """

    addresses: tuple[str, ...]
    number: int

    @property
    def is_first(self) -> bool:
        """Whether this is the chief."""
        return self.number == 0


def read_cluster(text: str | None) -> Cluster:
    """Read the value of `TF_CONFIG`, None if it is not set.

    Raises
    ------
    TrainingError
        If it doesn't say which machines there are and which of them this is.
    """
    if not text:
        raise TrainingError("`TF_CONFIG` isn't set, and names no machines to train on.", _ADVICE)
    try:
        values = json.loads(text)
        task = values.get("task", {})
        # Some systems that start runs write the index as text, which TensorFlow takes too.
        number = int(task["index"]) if "index" in task else None
        return place(values.get("cluster", {}), task.get("type"), number)
    except (ValueError, AttributeError, TypeError) as error:
        raise TrainingError(f"`TF_CONFIG` can't be read ({error}).", _ADVICE) from error


def place(jobs: Mapping[str, Sequence[str]], job: str | None, number: int | None) -> Cluster:
    """Find this machine among all.

    Parameters
    ----------
    jobs : dict
        Addresses by kind of machine: workers, and perhaps one chief, who is then the first.
    job, number
        What kind this machine is, and its number among those of its kind.

    Raises
    ------
    TrainingError
        If there are machines of other kinds, an address is none, or this machine isn't there.
    """
    if not jobs:
        raise TrainingError("`TF_CONFIG` names no machines to train on.", _ADVICE)
    if not set(jobs) <= set(_JOBS):
        raise TrainingError("`TF_CONFIG` names machines other than workers and chief.", _ADVICE)
    places = [(kind, n) for kind in _JOBS for n in range(len(jobs.get(kind, ())))]
    addresses = tuple(address for kind in _JOBS for address in jobs.get(kind, ()))
    wrong = [address for address in addresses if not _is_address(address)]
    if wrong or len(set(addresses)) < len(addresses):
        what = f"“{wrong[0]}” is no address" if wrong else "an address is there twice"
        raise TrainingError(f"In `TF_CONFIG` {what}.", _ADVICE)
    if job is None or number is None:
        raise TrainingError("`TF_CONFIG` doesn't say which of them this machine is.", _ADVICE)
    if (job, number) not in places:
        raise TrainingError(f"`TF_CONFIG` has no {job} with the index {number}.", _ADVICE)
    return Cluster(addresses, places.index((job, number)))


def _is_address(text: Any) -> bool:
    if not isinstance(text, str):
        return False
    host, _, port = text.rpartition(":")
    return bool(host) and port.isascii() and port.isdigit() and 0 < int(port) < 2**16
