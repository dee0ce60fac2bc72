"""Reading with the active model."""

from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.drawing_reader import DrawingReader
from digitpad.core.images import load_image
from digitpad.core.ink_network import InkNetwork
from digitpad.core.layout import Box
from digitpad.core.pipeline import Trace, read_box, read_image, trace_image
from digitpad.core.reading import Digit, Reading
from digitpad.core.strokes import DRAWING_SUFFIX, Drawing, load_drawing
from digitpad.services.models.library import Model


class Recognizer:
    """One model, loaded once.

    Parameters
    ----------
    model : Model
        What to read with.

    Raises
    ------
    ModelError
        If it can't be loaded.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._classifier = Classifier(model.litert_file)
        self._drawings = DrawingReader(self._classifier)

    @cached_property
    def _ink_network(self) -> InkNetwork:
        # Drawings are read without it, and the first one soon.
        return InkNetwork(paths.ink_network())

    def read_drawing(self, drawing: Drawing) -> Reading:
        """Read a drawing, fast when it has only grown; see `core.drawing_reader`."""
        return self._drawings.read(drawing)

    def read_image(self, picture: NDArray[np.uint8]) -> Reading:
        """Read a picture; see `digitpad.core.pipeline.read_image`."""
        return read_image(picture, self._classifier, self._ink_network)

    def trace_image(self, picture: NDArray[np.uint8]) -> Trace:
        """Read a picture and keep the steps; see `digitpad.core.pipeline.trace_image`."""
        return trace_image(picture, self._classifier, self._ink_network)

    def read_box(
        self, picture: NDArray[np.uint8], box: Box, neighbor: Digit | None = None
    ) -> Digit:
        """Read one box of a picture; see `digitpad.core.pipeline.read_box`."""
        return read_box(picture, box, self._classifier, self._ink_network, neighbor)

    def read_file(self, file: Path) -> Reading:
        """Read an image file or a saved drawing.

        Raises
        ------
        ImageError, DrawingError
            If it is neither, or can't be opened.
        """
        if file.suffix.lower() == DRAWING_SUFFIX:
            return self.read_drawing(load_drawing(file))
        return self.read_image(load_image(file))
