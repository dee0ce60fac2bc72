"""How long a folder of 2,000 photographs takes, and how much memory."""

import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tests.benchmarks.figures import Figure
from tests.processes import child_processes
from tests.written_pages import photograph, shadow, write_page

_DISTINCT = 40
_MANY, _SOME, _FEW = 2000, 400, 200
_SAMPLED_EVERY_S = 0.1


@dataclass(frozen=True)
class _Run:
    seconds: float
    peak_mb: float


def measure_folders(folder: Path) -> list[Figure]:
    """Read folders of photographs with one job and with two.

    Parameters
    ----------
    folder : Path
        Where the photographs may be written.
    """
    pages = [_encode_page(folder, number) for number in range(_DISTINCT)]
    for count in (_MANY, _SOME, _FEW):
        _fill(folder / f"{count}", count, pages)
    few, many = (_read(folder / f"{count}", jobs=2) for count in (_FEW, _MANY))
    alone = _read(folder / f"{_SOME}", jobs=1)
    print(
        f"{_MANY:,} photographs: {_MANY / many.seconds:.1f} a second with two jobs, "
        f"{_SOME / alone.seconds:.1f} with one"
    )
    return [
        Figure(
            f"{_MANY:,} photographs, two jobs",
            many.seconds,
            "s",
            150,
            alone.seconds * _MANY / _SOME,
            0.8,
            f"one job, from {_SOME} of them",
        ),
        Figure(
            "… peak memory of all processes",
            many.peak_mb,
            "MB",
            800,
            few.peak_mb,
            1.2,
            f"{_FEW} of them",
        ),
    ]


def _encode_page(folder: Path, number: int) -> bytes:
    digits = "".join(map(str, np.random.default_rng(number).integers(0, 10, 8)))
    ink = write_page(f"{digits[:4]}\n{digits[4:]}")
    file = folder / "photograph.jpg"
    Image.fromarray(photograph(ink, light=shadow(ink.shape, 0.3))).save(file, quality=85)
    return file.read_bytes()


def _fill(folder: Path, count: int, pages: list[bytes]) -> None:
    for number in range(count):
        file = folder / f"{number // 100:02d}" / f"{number:04d}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pages[number % len(pages)])


def _read(folder: Path, jobs: int) -> _Run:
    results = folder.with_name(f"{folder.name}-{jobs}.jsonl")
    command = [sys.executable, "-m", "digitpad", "read", str(folder), "--output", str(results)]
    start = time.perf_counter()
    process = subprocess.Popen([*command, "--jobs", str(jobs)], stderr=subprocess.DEVNULL)
    peaks_mb: dict[int, float] = {}
    while not _ends_within(process, _SAMPLED_EVERY_S):
        for process_id in (process.pid, *child_processes(process.pid)):
            peaks_mb[process_id] = max(_peak_mb(process_id), peaks_mb.get(process_id, 0))
    seconds = time.perf_counter() - start
    with results.open("rb") as lines:
        assert sum(1 for _ in lines) == sum(1 for _ in folder.rglob("*.jpg"))
    return _Run(seconds, sum(peaks_mb.values()) or _largest_mb())


def _ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _peak_mb(process_id: int) -> float:
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return 0.0  # It has ended, or the system doesn't tell.
    return sum(int(row.split()[1]) for row in status.splitlines() if "VmHWM" in row) / 2**10


def _largest_mb() -> float:
    """Return the peak of the largest process there was, where the system tells no more."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
