"""Which digits are asked for, and which are still to come. Free of Qt."""

from collections.abc import Sequence
from random import Random

REPEATS = 5
"""So many times each digit is asked for."""


class SetPlan:
    """A set of digits to write: each of the ten once in every round, in another order each time.

    So a set that is ended early has about as many of each.

    Parameters
    ----------
    rng : Random
        Shuffles them.
    """

    def __init__(self, rng: Random) -> None:
        self._labels: list[int] = []
        for _ in range(REPEATS):
            digits = list(range(10))
            rng.shuffle(digits)
            if self._labels and digits[0] == self._labels[-1]:
                digits.append(digits.pop(0))  # Twice the same looks like a mistake.
            self._labels += digits
        self._keys: list[str] = []

    @property
    def labels(self) -> Sequence[int]:
        """All digits of the set, in the order in which they are asked for."""
        return self._labels

    @property
    def written(self) -> int:
        """How many are written."""
        return len(self._keys)

    @property
    def left(self) -> int:
        """How many are still to come."""
        return len(self._labels) - len(self._keys)

    @property
    def label(self) -> int | None:
        """The digit that is asked for; None if all are written."""
        return self._labels[self.written] if self.left else None

    def take(self, key: str) -> None:
        """Note that the digit asked for was written, and is kept under this key."""
        self._keys.append(key)

    def take_back(self) -> str | None:
        """Ask for the last one again; return the key it was kept under, None if there is none."""
        return self._keys.pop() if self._keys else None

    def ask_again(self, key: str) -> None:
        """Ask for the digit with this key again, at the end: it could not be kept."""
        if key in self._keys:
            index = self._keys.index(key)
            del self._keys[index]
            self._labels.append(self._labels.pop(index))
