"""Reading a drawing while it is written."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.grouping import Group, group_strokes, is_dot, is_mark
from digitpad.core.layout import Box, bounding_box, find_gaps
from digitpad.core.normalization import DigitImage, normalize
from digitpad.core.rasterization import rasterize
from digitpad.core.reading import Digit, Reading
from digitpad.core.strokes import Drawing
from digitpad.core.written_rows import arrange_rows

_MARK_DOUBT = 0.1
"""What is left of the network's probabilities where the size says that it is no digit."""


@dataclass(frozen=True, eq=False)
class _Judged:
    image: DigitImage
    probabilities: NDArray[np.float32]


class DrawingReader:
    """Reads a drawing again and again while it grows.

    What was judged for the last reading is not judged again for the next one, so that a long
    drawing is read as fast as a short one.

    Parameters
    ----------
    classifier : Classifier
        The network to read with.
    """

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._known: dict[Group, _Judged] = {}

    def read(self, drawing: Drawing) -> Reading:
        """Read what is drawn.

        Parameters
        ----------
        drawing : Drawing
            Any number of digits, side by side or in rows.

        Returns
        -------
        Reading
            Boxes in the drawing's own coordinates; no lines if there is nothing to read.
        """
        start = time.perf_counter()
        used: dict[Group, _Judged] = {}

        def judge(groups: Sequence[Group]) -> list[NDArray[np.float32]]:
            used.update(self._judge(groups))
            return [used[group].probabilities for group in groups]

        # A dot by itself is where the pen was laid down.
        groups = [group for group in group_strokes(drawing.strokes, judge) if not is_dot(group)]
        judge(groups)
        self._known = used
        boxes = [bounding_box(stroke.box for stroke in group) for group in groups]
        rows = arrange_rows(boxes)
        gaps = find_gaps([[boxes[i] for i in row] for row in rows])
        lines = tuple(
            tuple(
                Digit(
                    boxes[i],
                    used[groups[i]].image,
                    used[groups[i]].probabilities * _size_doubt(boxes[i], boxes),
                    follows_gap=follows_gap,
                    strokes=groups[i],
                )
                for i, follows_gap in zip(row, row_gaps, strict=True)
            )
            for row, row_gaps in zip(rows, gaps, strict=True)
        )
        return Reading(lines, (time.perf_counter() - start) * 1000)

    def _judge(self, groups: Sequence[Group]) -> dict[Group, _Judged]:
        judged = {group: self._known[group] for group in groups if group in self._known}
        fresh = [group for group in dict.fromkeys(groups) if group not in judged]
        if fresh:
            images = [normalize(rasterize(group)) for group in fresh]
            probabilities = self._classifier.classify(np.stack(images))
            judged.update(zip(fresh, map(_Judged, images, probabilities), strict=True))
        return judged


def _size_doubt(box: Box, boxes: Sequence[Box]) -> np.float32:
    """Return how far the network is to be believed, which sees every size alike."""
    height = sorted(other.height for other in boxes)[len(boxes) // 2]
    return np.float32(_MARK_DOUBT if is_mark(box, height) else 1.0)
