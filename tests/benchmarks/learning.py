"""`make bench-learning`: what a model learns of a hand from fifty digits, and what it forgets."""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from digitpad import paths
from digitpad.cli.numbers import parse_names
from digitpad.core.classifier import CLASSES, Classifier
from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.services.learning import Rehearsal, prepare_learning
from digitpad.services.models.catalog import Model
from digitpad.training.data.datasets import (
    PEN_FILE,
    LabelledDrawing,
    LabelledImages,
    load_drawings,
    load_mnist,
)
from digitpad.training.events import ModelsCompared, RunFinished
from digitpad.training.learning.judgement import ALLOGRAPHS, MNIST_TEST, OWN, REHEARSAL, judge
from digitpad.training.learning.own_digits import OwnDigits
from digitpad.training.model_card import LITERT_FILE, ModelCard

_EACH = 5
"""Digits of each label that are learned."""

_LOTS = 2
"""Each writer teaches so many times, with other digits: a writer has one or two errors to mend, and
one lesson says little."""

_MOST_FORGOTTEN = {MNIST_TEST: 0.0005, REHEARSAL: 0.0010}
_MOST_SECONDS = 60


@dataclass(frozen=True)
class Lesson:
    """What came of teaching a model one hand.

    Parameters
    ----------
    compared : dict
        What was counted, by data set.
    mnist : ModelsCompared
        On MNIST's test digits, whatever was rehearsed.
    seconds : float
        From start to end, TensorFlow's import included.
    """

    compared: dict[str, ModelsCompared]
    mnist: ModelsCompared
    seconds: float


def main() -> int:
    """Teach a model each writer's hand, print a table, and return 1 if a bound was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=paths.bundled_models() / "default")
    parser.add_argument("--writers", type=parse_names, default=parse_names("25-30"))
    parser.add_argument("--rehearse", choices=("mnist", "generated"), action="append")
    parser.add_argument("--validation", action="store_true", help="MNIST's last training digits")
    options = parser.parse_args()
    place = os.environ.get("DIGITPAD_DATA")
    if not place:
        print("DIGITPAD_DATA must name the folder that holds MNIST.", file=sys.stderr)
        return 2
    data = Path(place)
    model = Model(options.model.name, options.model, ModelCard.load(options.model), True)
    mnist = load_mnist(data)
    judged = mnist.train.part(-5_000, None) if options.validation else mnist.test
    drawings = load_drawings(data / PEN_FILE)
    missed = False
    for rehearsed in options.rehearse or ("mnist", "generated"):
        rehearsal = Rehearsal(
            data if rehearsed == "mnist" else None,
            paths.digit_generator(),
            paths.bundled_models() / "default" / LITERT_FILE,
        )
        print(f"\nrehearsing {rehearsed} digits")
        lessons = []
        for lot, writer in product(range(_LOTS), options.writers):
            own = split_writer([d for d in drawings if d.writer == writer], lot)
            lessons.append(teach(model, own, rehearsal, judged))
            print_lesson(writer, lot, lessons[-1])
        missed |= sum_up(lessons, MNIST_TEST if rehearsal.mnist else REHEARSAL)
    return int(missed)


def split_writer(drawings: list[LabelledDrawing], lot: int) -> OwnDigits:
    """Take five of each digit, others in each lot, and hold out the rest."""
    images = np.stack([normalize(rasterize(d.strokes)) for d in drawings])
    labels = np.array([d.label for d in drawings], np.uint8)
    is_held_out = np.ones(len(labels), bool)
    rng = np.random.default_rng((1, int(drawings[0].writer)))
    for label in range(CLASSES):
        of_label = np.flatnonzero(labels == label)
        is_held_out[rng.permutation(of_label)[lot * _EACH : (lot + 1) * _EACH]] = False
    return OwnDigits.split(np.round(images * 255).astype(np.uint8), labels, is_held_out)


def teach(model: Model, own: OwnDigits, rehearsal: Rehearsal, judged: LabelledImages) -> Lesson:
    """Run one lesson as the app does, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        run = prepare_learning(model, own, rehearsal, Path(folder), "taught")
        began = time.monotonic()
        run.start()
        events = list(run.events())
        seconds = time.monotonic() - began
        last = events[-1]
        if not isinstance(last, RunFinished):
            raise SystemExit(f"the run failed: {last}")
        images = judged.images.astype(np.float32) / np.float32(255)
        before, after = (
            int((Classifier(file).classify(images).argmax(axis=1) == judged.labels).sum())
            for file in (model.litert_file, last.folder / LITERT_FILE)
        )
    compared = {found.data: found for found in events if isinstance(found, ModelsCompared)}
    return Lesson(compared, ModelsCompared(MNIST_TEST, len(judged), before, after), seconds)


def print_lesson(writer: str, lot: int, lesson: Lesson) -> None:
    """Print one line."""
    own, allographs = lesson.compared[OWN], lesson.compared[ALLOGRAPHS]
    is_recommended = judge(list(lesson.compared.values())).is_recommended
    print(
        f"writer {writer:>2}, lot {lot + 1}: {own.count} held out, "
        f"errors {own.count - own.right_before} -> {own.count - own.right_after}; "
        f"MNIST {_change(lesson.mnist)}; allographs {_change(allographs)}; {lesson.seconds:.0f} s; "
        f"{'recommended' if is_recommended else 'not recommended'}",
        flush=True,
    )


def sum_up(lessons: list[Lesson], rehearsed: str) -> bool:
    """Print the averages, and return whether a bound was missed."""
    owns = [lesson.compared[OWN] for lesson in lessons]
    before = sum(own.count - own.right_before for own in owns)
    after = sum(own.count - own.right_after for own in owns)
    rates = [
        float(np.mean([(own.count - right) / own.count for own, right in pairs]))
        for pairs in (
            [(own, own.right_before) for own in owns],
            [(own, own.right_after) for own in owns],
        )
    ]
    falls = [
        (lesson.mnist.right_before - lesson.mnist.right_after) / lesson.mnist.count
        for lesson in lessons
    ]
    most = _MOST_FORGOTTEN[rehearsed]
    seconds = max(lesson.seconds for lesson in lessons)
    print(
        f"all: errors {before} -> {after}; mean error {rates[0]:.2%} -> {rates[1]:.2%}\n"
        f"MNIST falls by {np.mean(falls):.4f} on average, at most {max(falls):.4f} ({most:.4f})"
        f"\n{seconds:.0f} s at most"
    )
    return rates[1] > rates[0] / 2 or max(falls) > most or seconds > _MOST_SECONDS


def _change(compared: ModelsCompared) -> str:
    change = compared.right_after - compared.right_before
    return f"{change:+d} of {compared.count:,}"


if __name__ == "__main__":
    sys.exit(main())
