"""The networks that ship with the app, each loaded once."""

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.images import Picture
from digitpad.core.ink import tell_apart
from digitpad.core.ink_network import InkNetwork
from digitpad.core.normalization import Ink
from digitpad.training.evaluation import NetworkFiles

NETWORK_FILES = NetworkFiles(
    paths.bundled_models() / "default" / "model.tflite", paths.ink_network()
)
CLASSIFIER = Classifier(NETWORK_FILES.classifier)
INK_NETWORK = InkNetwork(NETWORK_FILES.ink)


def extract_ink(picture: Picture) -> Ink:
    """Return what the network takes for ink, nothing mended."""
    return tell_apart(picture, INK_NETWORK)[0]
