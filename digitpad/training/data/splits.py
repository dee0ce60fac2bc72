"""Which digits are learned from, and which only validate what was learned.

Writers 25 to 30 of the pen digits and MNIST's test digits are for neither.
"""

from types import MappingProxyType

SPLITS = ("training", "validation")
"""Parts of the data that share no digit and no writer."""

MNIST_VALIDATION_START = 55_000
"""MNIST's training digits from here on are for validation."""

WRITERS = MappingProxyType(
    {
        "training": frozenset(str(writer) for writer in range(1, 23)),
        "validation": frozenset({"23", "24"}),
    }
)
"""Writers of pen digits, by split."""
