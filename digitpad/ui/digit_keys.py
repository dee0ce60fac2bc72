"""Digits that are typed to say what something is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


def typed_digit(event: QKeyEvent) -> int | None:
    """Return the digit whose key was pressed alone, on whichever block of keys; None if none."""
    is_alone = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    is_digit = Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9
    return event.key() - Qt.Key.Key_0 if is_alone and is_digit else None
