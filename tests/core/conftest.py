import pytest

from digitpad.core.classifier import Classifier
from tests.networks import CLASSIFIER


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """The one that ships with the app."""
    return CLASSIFIER
