"""How slow the machine is that the tests run on."""

import time
from collections.abc import Callable

_USUAL_S = 0.025
"""What `_work` takes on a core of an ordinary machine that has nothing else to do."""


def slowness() -> float:
    """Return how many times longer than usual this machine takes for the same work; 1 at least.

    What is bounded in seconds is bounded in seconds of an ordinary machine.
    """
    return max(1.0, least_s(_work) / _USUAL_S)


def least_s(act: Callable[[], object]) -> float:
    """Return what the processor takes for something, at best; what else it does doesn't count."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        act()
        taken.append(time.process_time() - start)
    return min(taken)


def _work() -> None:
    sorted({number: str(number) for number in range(100_000)}.values())
