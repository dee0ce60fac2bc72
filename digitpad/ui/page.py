"""What the middle of the window shows."""

from enum import Enum


class Page(Enum):
    """What is in the middle."""

    DRAW = "draw"
    PHOTO = "photo"
