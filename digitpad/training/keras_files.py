"""What a `.keras` file of somebody else's is made of. Free of TensorFlow.

Keras's own safe mode refuses functions that are part of a file. This refuses, before Keras sees the
file, everything but layers that compute with numbers: what would look up a class by name, open a
file, or run a program.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digitpad.core.archives import ArchiveError, open_archive


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONFIG = "config.json"
_MEMBERS = frozenset({_CONFIG, "metadata.json", "model.weights.h5"})
_MAX_CONFIG = 8 << 20
_MAX_WEIGHTS = 1 << 30
_MARKS = frozenset({"__keras_tensor__", "__tuple__", "__slice__", "__ellipsis__"})
_LAYERS = _names(
    """
    Functional Model Sequential InputLayer DTypePolicy
    Dense EinsumDense Conv1D Conv2D Conv2DTranspose DepthwiseConv2D SeparableConv2D
    MaxPooling1D MaxPooling2D AveragePooling1D AveragePooling2D
    GlobalMaxPooling1D GlobalMaxPooling2D GlobalAveragePooling1D GlobalAveragePooling2D
    Flatten Reshape Permute RepeatVector ZeroPadding2D Cropping2D UpSampling2D Resizing CenterCrop
    Rescaling Normalization BatchNormalization LayerNormalization GroupNormalization
    RMSNormalization UnitNormalization
    Activation ReLU LeakyReLU PReLU ELU Softmax Identity ActivityRegularization
    Dropout AlphaDropout SpatialDropout1D SpatialDropout2D GaussianDropout GaussianNoise
    RandomBrightness RandomContrast RandomFlip RandomRotation RandomTranslation RandomZoom
    Add Average Concatenate Dot Maximum Minimum Multiply Subtract
    Attention MultiHeadAttention
    """
)
_OPERATIONS = _names(
    """
    Absolute Add Concatenate Divide ExpandDims Max Maximum Mean Minimum Multiply Negative Power
    Relu Reshape Sigmoid Softmax Sqrt Square Squeeze Subtract Sum Tanh Transpose TrueDivide
    """
)
_PARTS = _names(
    """
    Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity LecunNormal LecunUniform Ones
    Orthogonal OrthogonalInitializer RandomNormal RandomUniform TruncatedNormal VarianceScaling
    Zeros L1 L1L2 L2 OrthogonalRegularizer MaxNorm MinMaxNorm NonNeg UnitNorm
    """
)


def explain_refusal(file: Path) -> str | None:
    """Say why a `.keras` file isn't loaded, as the end of a sentence, or None if it may be.

    Raises
    ------
    OSError
        If it can't be read.
    """
    try:
        with open_archive(file) as archive:
            strange = sorted(archive.names - _MEMBERS)
            if strange:
                return f"it holds “{strange[0]}”, which is no part of a network of numbers"
            config = json.loads(archive.read(_CONFIG, _MAX_CONFIG))
            # Read to the end, within bounds: damage and bombs show here.
            for _ in archive.pieces("model.weights.h5", _MAX_WEIGHTS):
                pass
    except ArchiveError as error:
        return str(error)
    except (KeyError, ValueError, RecursionError):
        return "it is damaged, or no Keras file at all"
    if not isinstance(config, dict):
        return "it is damaged, or no Keras file at all"
    # Loss and optimizer are for training, and never loaded.
    described = {name: part for name, part in config.items() if name != "compile_config"}
    return next(filter(None, map(_explain_part, _find_parts(described))), None)


def _find_parts(config: Any) -> Iterator[dict[str, Any]]:
    """Yield every description of a Keras object, however deep it lies."""
    waiting = [config]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if "class_name" in part:
                yield part
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _explain_part(part: dict[str, Any]) -> str | None:
    name, module = part["class_name"], part.get("module")
    if not isinstance(name, str) or not isinstance(module, str | None):
        return "it is damaged, or no Keras file at all"
    if name in ("Lambda", "__lambda__"):
        return "it has a Lambda layer, which could be any program"
    if module is None and name in _MARKS:
        return None
    if module is None or module.partition(".")[0] != "keras":
        return f"its layer “{name}” is not one of Keras's own"
    if part.get("registered_name") not in (None, name):
        return f"its layer “{name}” is not one of Keras's own"
    if module.startswith("keras.src.ops."):
        allowed = _OPERATIONS
    elif module in ("keras.initializers", "keras.regularizers", "keras.constraints"):
        allowed = _PARTS
    else:
        allowed = _LAYERS
    return None if name in allowed else f"it has a “{name}”, which is not taken from a file"
