"""Digits that are typed to say what something is."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


def typed_digit(event: QKeyEvent) -> int | None:
    """Return the digit whose key was pressed alone, on whichever block of keys; None if none."""
    is_alone = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    is_digit = Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9
    return event.key() - Qt.Key.Key_0 if is_alone and is_digit else None


class DigitKeys(QObject):
    """Catches the digits that are typed in a widget, before it searches for them say.

    Parameters
    ----------
    place : QWidget
        Where they are typed.

    Signals
    -------
    typed(int)
        Which one, 0 to 9.
    """

    typed = Signal(int)

    def __init__(self, place: QWidget) -> None:
        super().__init__(place)
        place.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            label = typed_digit(event)
            if label is not None:
                self.typed.emit(label)
                return True
        return super().eventFilter(watched, event)
