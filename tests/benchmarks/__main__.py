"""`make bench`: speed and memory of the app, each beside a baseline measured in the same run."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from digitpad import paths
from tests.benchmarks.figures import Figure, middle, print_table
from tests.benchmarks.folders import measure_folders
from tests.benchmarks.process import run_measured
from tests.benchmarks.reading import measure, time_classifying
from tests.samples import fill_store

_STARTS = 5
_SAMPLES = 100_000
_TENSORFLOW_STARTS = 2  # Each takes a quarter of a minute.
_TURNS = 3


def main() -> int:
    """Measure everything, print a table, and return 1 if a bound was missed."""
    data = os.environ.get("DIGITPAD_DATA")
    if not data:
        print("DIGITPAD_DATA must name the folder that holds MNIST.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIGITPAD_HOME"] = folder
        if "DISPLAY" not in os.environ:
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        figures = [
            *_measure_starts(),
            *_measure_strokes(),
            *_measure_training(data),
            *_measure_throughput(data),
            *_measure_inspection(data),
            *_measure_samples(),
            *measure(Path(folder)),
            *measure_folders(Path(folder)),
        ]
    print_table(figures)
    missed = [figure.name for figure in figures if not figure.is_kept]
    print(f"missed: {', '.join(missed)}" if missed else "all bounds kept")
    return 1 if missed else 0


def _measure_starts() -> list[Figure]:
    # One start of each first, so that none pays for a cold disk.
    for warm_up in ("baseline_window", "digitpad_window"):
        run_measured(warm_up, "start")
    plain = [run_measured("baseline_window") for _ in range(_STARTS)]
    ours = [run_measured("digitpad_window", "start") for _ in range(_STARTS)]
    heavy = [run_measured("baseline_window", "tensorflow") for _ in range(_TENSORFLOW_STARTS)]

    def take(key: str, runs: Sequence[dict[str, float]]) -> float:
        return middle([run[key] for run in runs])

    name = "TensorFlow in the window"
    print(
        f"a minimal PySide6 window: shown after {take('shown', plain):.3f} s, "
        f"{take('resident_mb', plain):.0f} MB"
    )
    return [
        Figure("window shown", take("shown", ours), "s", 0.8, take("shown", heavy), 1 / 10, name),
        Figure("first reading", take("read", ours), "s", 1.2, take("read", heavy), 1 / 8, name),
        Figure(
            "resident memory",
            take("resident_mb", ours),
            "MB",
            220,
            take("resident_mb", heavy),
            1 / 3,
            name,
        ),
    ]


def _measure_strokes() -> list[Figure]:
    measured = run_measured("digitpad_window", "strokes")
    print(f"strokes: {measured['moves']} moves of the mouse")
    baseline = run_measured("baseline_window", "tensorflow")["call_ms"]
    name = "one call of the Keras model, on the GUI thread"
    return [
        Figure("stroke to bars, median", measured["median_ms"], "ms", 5, baseline, None, name),
        Figure("stroke to bars, p99", measured["p99_ms"], "ms", 16),
    ]


def _measure_samples() -> list[Figure]:
    fill_store(paths.samples_file(), _SAMPLES)
    measured = run_measured("digitpad_window", "samples")
    print(f"samples: {measured['shown']:,}, a frame p99 {measured['p99_ms']:.0f} ms")
    return [
        Figure("samples opened", measured["opened"], "s", 1),
        Figure("frame while scrolling, worst", measured["worst_ms"], "ms", 50),
    ]


def _measure_training(data: str) -> list[Figure]:
    measured = run_measured("digitpad_window", "training", data)
    if not measured["finished"]:
        raise RuntimeError("the retraining did not finish")
    print(f"retraining: {measured['seconds']:.0f} s, {measured['over_50']} gaps over 50 ms")
    baseline = run_measured("baseline_window", "thread")["worst_ms"]
    name = "TensorFlow imported in a thread of the window"
    return [
        Figure("event-loop gap, worst", measured["worst_ms"], "ms", 50, baseline, None, name),
        Figure("event-loop gap, p99", measured["p99_ms"], "ms", 16),
    ]


def _measure_throughput(data: str) -> list[Figure]:
    # In turns, and the quickest epoch of each: what else goes on makes others twice as long.
    bare, ours = [], []
    for _ in range(_TURNS):
        bare.append(run_measured("bare_fit", data)["epoch_s"])
        ours.append(run_measured("digitpad_window", "throughput", data)["epoch_s"])
    name = "bare Keras fit"
    return [Figure("epoch of LeNet-5 in the pane", min(ours), "s", 60, min(bare), 1 / 0.9, name)]


def _measure_inspection(data: str) -> list[Figure]:
    judging, maps = (run_measured("inspection_window", mode) for mode in ("judging", "maps"))
    print(f"judged on MNIST's test digits: {judging['accuracy']}")
    return [
        Figure(
            "10,000 digits judged and shown",
            judging["seconds"],
            "s",
            5.0,
            time_classifying(Path(data)),
            None,
            "only classified, on one core",
        ),
        Figure("… event-loop gap, worst", judging["worst_ms"], "ms", 50),
        Figure("feature maps painted, p99", maps["painting_p99_ms"], "ms", 16),
    ]


if __name__ == "__main__":
    sys.exit(main())
