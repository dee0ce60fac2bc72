"""The question up to which epoch a run is to go on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QWidget

from digitpad.services.runs.records import RunRecord
from digitpad.ui.theme import GRID_PX

_MOST_EPOCHS = 1_000


class MoreEpochsForm(QWidget):
    """A row that is there while it is asked.

    Signals
    -------
    answered(RunRecord, int)
        The run, and the number of its new last epoch.
    """

    answered = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self._record: RunRecord | None = None
        self._text = QLabel()
        self._epoch = QSpinBox()
        self._epoch.setAccessibleName("New last epoch")
        self._begin = QPushButton("Go On")
        self._begin.setDefault(True)
        self._cancel = QPushButton("Cancel")
        self._begin.clicked.connect(self._on_begin_clicked)
        self._cancel.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        for widget in (self._text, self._epoch, self._begin, self._cancel):
            row.addWidget(widget)
        row.addStretch()
        self.hide()

    def ask(self, record: RunRecord) -> None:
        """Ask how much further a run is to go."""
        self._record = record
        done = record.epochs_done
        self._text.setText(
            f"“{record.config.name}” has been through {done} epochs. Go on up to epoch"
        )
        first = record.config.first_epoch
        self._epoch.setRange(done + 1, max(done + 1, first + _MOST_EPOCHS))
        self._epoch.setValue(max(record.config.last_epoch, done + record.config.epochs))
        self.show()
        self._epoch.setFocus()
        self._epoch.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_begin_clicked()
        else:
            super().keyPressEvent(event)

    def _on_begin_clicked(self) -> None:
        record, self._record = self._record, None
        self.hide()
        if record is not None:
            self.answered.emit(record, self._epoch.value())
