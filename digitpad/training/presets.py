"""Recipes of well-known networks, and what their authors reported. Free of TensorFlow."""

from dataclasses import dataclass
from types import MappingProxyType

from digitpad.training.config import TrainingConfig


@dataclass(frozen=True)
class Preset:
    """A network with the settings it was published with.

    Parameters
    ----------
    config : TrainingConfig
        Its settings; where data is comes on top.
    description : str
        What it is, in words.
    reported : float or None
        Accuracy on MNIST's test set that its authors reported, 0 to 1; None if it is ours.
    """

    config: TrainingConfig
    description: str
    reported: float | None = None


def _reference(architecture: str, epochs: int, **settings: object) -> TrainingConfig:
    plain: dict[str, object] = {"schedule": "constant", "augmentation": "none"}
    return TrainingConfig(
        architecture=architecture,
        name=architecture,
        epochs=epochs,
        **(plain | settings),  # type: ignore[arg-type]
    )


PRESETS = MappingProxyType(
    {
        "default": Preset(
            # As many as most people will wait for.
            TrainingConfig(epochs=5),
            "The network that digitpad reads with",
        ),
        "softmax": Preset(
            # 1,000 steps, looked at every 100.
            _reference(
                "softmax", 10, epoch_steps=100, batch_size=100, optimizer="sgd", learning_rate=0.5
            ),
            "Logistic regression, 1,000 steps of gradient descent",
            0.9191,
        ),
        "lenet5": Preset(
            # 20,000 steps, validated every 50; the best is restored before testing.
            _reference("lenet5", 400, epoch_steps=50, batch_size=100, is_best_kept=True),
            "LeNet-5 with ReLU and max pooling, 20,000 steps of Adam",
            0.9904,
        ),
        "conv_pool": Preset(
            _reference("conv_pool", 10, batch_size=50, is_best_kept=True),
            "Four convolutions with average pooling and dropout",
            0.9932,
        ),
        "digit_cnn": Preset(
            # The seed is the best of 1, 2 and 3 on the last 10,000 training digits, by which its
            # author too chose before learning from all of them.
            _reference(
                "digit_cnn",
                30,
                seed=2,
                batch_size=100,
                learning_rate=1e-4,
                is_standardized=True,
                validation_size=10_000,
                is_final=True,
            ),
            "Two wide convolutions on standardised images, retrained on all 60,000 digits",
            0.9940,
        ),
        "lenet_small": Preset(
            _reference("lenet_small", 20, batch_size=128, is_best_kept=True),
            "Two small convolutions with overlapping pooling",
            0.9907,
        ),
        "lenet_small_bn": Preset(
            _reference(
                "lenet_small_bn", 30, batch_size=128, augmentation="shifts", is_best_kept=True
            ),
            "The same with batch normalisation and dropout, on shifted digits too",
            0.9940,
        ),
    }
)
"""By name; every architecture has one of the same name."""
