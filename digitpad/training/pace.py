"""What a run asks of the machine."""

import sys
import time

from digitpad.training.events import PaceMeasured

_EVERY_S = 1.0


class Pace:
    """Measures how fast a run learns, and with how much of the machine.

    Call `measure` after every batch.
    """

    def __init__(self) -> None:
        self._digits = 0
        self._wall, self._busy = time.monotonic(), time.process_time()

    def measure(self, digits: int) -> PaceMeasured | None:
        """Count a batch; return what was measured once a second has gone by, else None.

        Parameters
        ----------
        digits : int
            How many the batch had.
        """
        self._digits += digits
        wall = time.monotonic() - self._wall
        if wall < _EVERY_S:
            return None
        busy = time.process_time() - self._busy
        measured = PaceMeasured(self._digits / wall, busy / wall, _peak_memory_mb())
        self.begin()
        return measured

    def begin(self) -> None:
        """Start to count anew, after what was no learning."""
        self._digits = 0
        self._wall, self._busy = time.monotonic(), time.process_time()


def _peak_memory_mb() -> float:
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
