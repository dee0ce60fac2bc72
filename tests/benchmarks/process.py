"""What a measured child process knows about itself, and how it tells."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def run_measured(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module of the benchmarks as a process of its own and return what it reports.

    Parameters
    ----------
    module : str
        Below `tests.benchmarks`; calls `report` before it ends.
    *arguments : str
        For the module; the time of its start goes before them.
    """
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", str(time.time()), *arguments]
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=500)
    found: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return found


def seconds_since_start() -> float:
    """Return how long ago the parent started this process: the interpreter's start counts."""
    return time.time() - float(sys.argv[1])


def resident_mb() -> float:
    """Return this process's resident memory now (its peak, where the system doesn't say)."""
    status = Path("/proc/self/statm")
    if status.is_file():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def report(**values: Any) -> None:
    """Tell the parent."""
    print(json.dumps(values), flush=True)
