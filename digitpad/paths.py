"""The only code that knows where things are, and the only one that reads the environment."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _bundled(name: str) -> Path:
    # A wheel carries the folder inside the package; a checkout has it beside the package.
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def assets() -> Path:
    """Return the folder of icons and examples that ship with the app."""
    return _bundled("assets")


def bundled_models() -> Path:
    """Return the read-only folder of models that ship with the app."""
    return _bundled("model_store")


def ink_network() -> Path:
    """Return the network that finds what is written in a picture."""
    return bundled_models() / "ink.tflite"


def digit_generator() -> Path:
    """Return the generator of the digits that a model rehearses where there is no data set."""
    return bundled_models() / "rehearsal.npz"


def home() -> Path:
    """Return the folder that holds everything the user makes.

    `DIGITPAD_HOME` moves all of it; without it, it is where the platform keeps user data.
    """
    override = os.environ.get("DIGITPAD_HOME")
    if override:
        return Path(override).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("digitpad", appauthor=False)


def user_models() -> Path:
    """Return the folder of the user's own models."""
    return home() / "models"


def runs() -> Path:
    """Return the folder in which every training run has a folder of its own."""
    return home() / "runs"


def samples_file() -> Path:
    """Return the file of the user's samples; its backups lie beside it."""
    return home() / "samples" / "samples.db"


def data() -> Path:
    """Return the folder for data sets that were downloaded."""
    return home() / "data"


def settings_file() -> Path:
    """Return the file that remembers the window's settings."""
    return home() / "settings.ini"


def logs() -> Path:
    """Return the folder of log files."""
    return home() / "logs"


def configured_data() -> Path | None:
    """Return the data folder named by `DIGITPAD_DATA`, or None."""
    value = os.environ.get("DIGITPAD_DATA")
    return Path(value).expanduser().absolute() if value else None


def machines() -> str | None:
    """Return what `TF_CONFIG` says of the machines of a run, or None.

    The worker process inherits it; there TensorFlow itself reads it.
    """
    return os.environ.get("TF_CONFIG")


def keras_cache() -> Path:
    """Return the folder where Keras keeps the data sets it downloaded."""
    base = os.environ.get("KERAS_HOME")
    return (Path(base) if base else Path.home() / ".keras") / "datasets"
