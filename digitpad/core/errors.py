"""What can go wrong, told to a person: what happened, and what to do about it."""


class DigitpadError(Exception):
    """An error a person can understand and act on.

    Parameters
    ----------
    message : str
        One sentence: what happened.
    hint : str
        One sentence: what to do about it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class EmptyInkError(DigitpadError):
    """There is no ink to normalize."""


class ImageError(DigitpadError):
    """A file or clipboard holds no picture that can be opened."""


class DrawingError(DigitpadError):
    """A file holds no drawing that can be opened."""


class ModelError(DigitpadError):
    """A model is missing, damaged, or does not fit the input contract."""


class DatasetError(DigitpadError):
    """Training or evaluation data is missing, damaged or of an unknown form."""


class SampleError(DigitpadError):
    """Samples are damaged, of a newer digitpad, or not what was asked for."""


class TrainingError(DigitpadError):
    """A run could not be started, or ended before its time."""


class StorageError(DigitpadError):
    """Something could not be written: disk full, no rights, or a folder gone."""
