"""The user's model library, as every command finds it."""

from digitpad import paths
from digitpad.services.models.library import Model, ModelLibrary


def open_library() -> ModelLibrary:
    """Return the library of bundled models and the user's own."""
    return ModelLibrary(paths.bundled_models(), paths.user_models())


def find_model(name: str | None) -> Model:
    """Return the model called `name`, or the active one if None.

    Raises
    ------
    ModelError
        If there is none, or it is damaged.
    """
    library = open_library()
    return library.find(name) if name is not None else library.active()
