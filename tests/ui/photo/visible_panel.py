"""What a person finds on the page of photographs, and does there."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from digitpad.core.reading import Reading
from digitpad.ui.photo.import_panel import ImportPanel


class Heard:
    """What a panel said so far."""

    def __init__(self, panel: ImportPanel) -> None:
        self.readings: list[Reading | None] = []
        self.messages: list[tuple[str, str]] = []
        self.files: list[Path] = []
        panel.reading_changed.connect(self.readings.append)
        panel.message_raised.connect(lambda text, hint: self.messages.append((text, hint)))
        panel.files_opened.connect(self.files.extend)


def drop(
    panel: ImportPanel, mime: QMimeData, action: Qt.DropAction = Qt.DropAction.CopyAction
) -> bool:
    """Drag over the picture's place and let go; return whether it was taken."""
    target = panel.childAt(panel.rect().center()) or panel
    place = QPoint(10, 10)
    modifiers, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(place, action, mime, buttons, modifiers)
    _send_up(target, enter)
    if enter.isAccepted():
        _send_up(target, QDropEvent(QPointF(place), action, mime, buttons, modifiers))
    return enter.isAccepted()


def _send_up(target: object, event: QDropEvent) -> None:
    # As Qt does: to the nearest ancestor that takes drops.
    while not target.acceptDrops():
        target = target.parentWidget()
    QApplication.sendEvent(target, event)


def mime_of(files: list[Path]) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return mime


def pixels_of(panel: ImportPanel) -> NDArray[np.uint8]:
    assert panel.current is not None
    assert panel.current.pixels is not None
    return panel.current.pixels


def press(panel: ImportPanel, qtbot: QtBot, text: str) -> None:
    found = [b for b in panel.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def visible_text(panel: ImportPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def strip(panel: ImportPanel) -> QListWidget:
    return panel.findChild(QListWidget)


def strip_words(panel: ImportPanel) -> list[str]:
    items = [strip(panel).item(row) for row in range(strip(panel).count())]
    return [item.data(Qt.ItemDataRole.AccessibleTextRole) for item in items]
