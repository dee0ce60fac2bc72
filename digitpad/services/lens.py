"""What models make of one digit or one drawing, while it is looked at."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from digitpad.core.classifier import Classifier
from digitpad.core.drawing_reader import DrawingReader
from digitpad.core.errors import DigitpadError
from digitpad.core.feature_maps import FeatureMapper, FeatureMaps
from digitpad.core.reading import Digit, Reading
from digitpad.core.saliency import Saliency, measure_saliency
from digitpad.core.strokes import Drawing
from digitpad.services.models.library import Model
from digitpad.training.model_card import LITERT_FILE

_KEPT = 16


class Lens:
    """Looks through any model; those looked through last stay loaded. For one thread."""

    def __init__(self) -> None:
        self._networks: OrderedDict[str, _Networks] = OrderedDict()

    def map_features(self, model: Model, digit: Digit) -> tuple[FeatureMaps, ...]:
        """Return what each convolution of a model makes of a digit.

        Raises
        ------
        ModelError
            If the model can't be loaded.
        """
        return self._load(model).mapper.map_features(digit.image)

    def measure_saliency(self, model: Model, digit: Digit) -> Saliency:
        """Return where a model looks to read a digit.

        Raises
        ------
        ModelError
            If the model can't be loaded.
        """
        return measure_saliency(digit.image, self._load(model).classifier)

    def compare(
        self, models: Sequence[Model], seen: Drawing | Digit
    ) -> tuple[Reading | DigitpadError, ...]:
        """Read the same drawing, or the same digit image, with several models.

        Returns
        -------
        tuple of Reading, or of what went wrong
            One a model.
        """
        return tuple(self._try_to_read(model, seen) for model in models)

    def _try_to_read(self, model: Model, seen: Drawing | Digit) -> Reading | DigitpadError:
        try:
            networks = self._load(model)
        except DigitpadError as error:
            return error
        if isinstance(seen, Drawing):
            return networks.reader.read(seen)
        start = time.perf_counter()
        (row,) = networks.classifier.classify(seen.image[np.newaxis])
        return Reading(((Digit(seen.box, seen.image, row),),), (time.perf_counter() - start) * 1000)

    def _load(self, model: Model) -> "_Networks":
        # Another model may take the place of one that was deleted.
        key = f"{model.litert_file} {model.card.sha256.get(LITERT_FILE)}"
        if key not in self._networks:
            self._networks[key] = _Networks(model.litert_file)
        self._networks.move_to_end(key)
        while len(self._networks) > _KEPT:
            self._networks.popitem(last=False)
        return self._networks[key]


class _Networks:
    def __init__(self, file: Path) -> None:
        self._file = file
        self.classifier = Classifier(file)

    @cached_property
    def reader(self) -> DrawingReader:
        return DrawingReader(self.classifier)

    @cached_property
    def mapper(self) -> FeatureMapper:
        return FeatureMapper(self._file)
