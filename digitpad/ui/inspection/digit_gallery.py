"""A grid of judged digits, however many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QListView, QWidget

from digitpad.services.inspection import JudgedDigit
from digitpad.ui.digit_keys import DigitKeys
from digitpad.ui.inspection.digit_corrections import DigitCorrections
from digitpad.ui.inspection.digit_delegate import DIGIT_ROLE, KEPT_ROLE, DigitDelegate, Index
from digitpad.ui.inspection.digit_words import caption, describe, percent


class DigitGallery(QListView):
    """Digits with what was read, “(was)”, and how sure it is; to type what they are in.

    Parameters
    ----------
    corrections : DigitCorrections
        Told what is typed.

    Signals
    -------
    digit_selected(JudgedDigit or None)
        Another one is current.
    digit_opened(JudgedDigit)
        Enter was pressed on one, or it was double-clicked.
    """

    digit_selected = Signal(object)
    digit_opened = Signal(object)

    def __init__(self, corrections: DigitCorrections, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corrections = corrections
        self._model = _Model(corrections, self)
        self.setModel(self._model)
        self.setItemDelegate(DigitDelegate(has_caption=True, parent=self))
        self.setAccessibleName("Digits")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self.activated.connect(lambda index: self.digit_opened.emit(index.data(DIGIT_ROLE)))
        corrections.changed.connect(self.viewport().update)
        DigitKeys(self).typed.connect(self._on_typed)

    @property
    def digits(self) -> Sequence[JudgedDigit]:
        """What is shown."""
        return self._model.digits

    def show_digits(self, digits: Sequence[JudgedDigit]) -> None:
        """Show these instead, the first of them selected."""
        self._model.take(digits)
        self.setAccessibleDescription(f"{len(digits):,} digits")
        if digits:
            self.setCurrentIndex(self._model.index(0))
            self.scrollToTop()
        else:
            self.digit_selected.emit(None)

    def _on_current_changed(self, current: QModelIndex) -> None:
        self.digit_selected.emit(current.data(DIGIT_ROLE) if current.isValid() else None)

    def _on_typed(self, label: int) -> None:
        if self.currentIndex().isValid():
            self._corrections.correct(self.currentIndex().data(DIGIT_ROLE), label)


class _Model(QAbstractListModel):
    def __init__(self, corrections: DigitCorrections, parent: QWidget) -> None:
        super().__init__(parent)
        self._corrections = corrections
        self.digits: Sequence[JudgedDigit] = ()

    def take(self, digits: Sequence[JudgedDigit]) -> None:
        self.beginResetModel()
        self.digits = digits
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.digits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        digit = self.digits[index.row()]
        if role == DIGIT_ROLE:
            return digit
        if role == KEPT_ROLE:
            return self._corrections.find_label(digit)
        if role == Qt.ItemDataRole.DisplayRole:
            return caption(digit)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{digit.source}: {describe(digit)}, {percent(digit.confidence)} sure"
        return None
