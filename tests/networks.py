"""The networks that ship with the app, each loaded once."""

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.ink_network import InkNetwork
from digitpad.training.evaluation import NetworkFiles

NETWORK_FILES = NetworkFiles(
    paths.bundled_models() / "default" / "model.tflite", paths.ink_network()
)
CLASSIFIER = Classifier(NETWORK_FILES.classifier)
INK_NETWORK = InkNetwork(NETWORK_FILES.ink)
