"""The few dialogs there are; all but one leave the window usable."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

import digitpad
from digitpad.services.models.library import Model
from digitpad.ui.theme import GRID_PX

_FIRST_STEPS = (
    "<p><b>Draw</b> one or several digits; they are read as you write. Type what "
    "the last one, or one you picked, really is: it is set right, and kept to learn from.</p>"
    "<p><b>Drop a photo</b> on the window, paste one, or open one: every digit in it is boxed and "
    "read. Click a box and type what the digit really is, drag around one that was missed, press "
    "Del on what is none.</p>"
    "<p><b>Train</b> a new model in the training pane; the one in use stays until you choose the "
    "new one.</p>"
    "<p><b>Look inside</b> a model, from its menu: what it gets wrong, what its layers see of the "
    "digit you draw, and where it looks.</p>"
)


def show_model(model: Model, parent: QWidget) -> None:
    """Show a model's card."""
    # NumPy and LiteRT come with it: the window is up before they are needed.
    from digitpad.ui.model_card_form import lay_out_card

    _show(f"Model “{model.name}”", lay_out_card(model), parent)


def show_first_steps(actions: list[QAction], parent: QWidget) -> None:
    """Show how to begin, and the keys of all `actions` that have some."""
    form = QFormLayout()
    form.setHorizontalSpacing(3 * GRID_PX)
    steps = QLabel(_FIRST_STEPS, wordWrap=True)
    form.addRow(steps)
    native = QKeySequence.SequenceFormat.NativeText
    for action in actions:
        # The first is the one on the keys of this platform; others are for special keyboards.
        keys = action.shortcut().toString(native)
        if keys:
            form.addRow(QLabel(f"<b>{keys}</b>"), QLabel(action.statusTip()))
    _show("Getting started", form, parent)


def show_about(parent: QWidget) -> None:
    """Say what this is."""
    form = QFormLayout()
    text = QLabel(
        f"<h2>digitpad {digitpad.__version__}</h2>"
        "<p>Reads handwritten digits, from the mouse and from photographs, "
        "and learns your hand.</p>"
        "<p>Everything happens on this computer; nothing is sent anywhere.</p>",
        wordWrap=True,
    )
    form.addRow(text)
    _show("About digitpad", form, parent)


def ask_to_stop_run(parent: QWidget) -> bool:
    """Ask whether to stop a run and close; the one question that must be answered first."""
    question = QMessageBox(
        QMessageBox.Icon.Question,
        "digitpad",
        "A training run is under way.",
        parent=parent,
    )
    question.setInformativeText("Closing the window stops it; its finished epochs stay saved.")
    stop = question.addButton("Stop the Run and Close", QMessageBox.ButtonRole.DestructiveRole)
    keep = question.addButton("Keep Training", QMessageBox.ButtonRole.RejectRole)
    question.setDefaultButton(keep)
    question.setEscapeButton(keep)
    question.exec()
    return question.clickedButton() is stop


def _show(title: str, form: QFormLayout, parent: QWidget) -> None:
    content = QWidget()
    form.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
    content.setLayout(form)
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(content)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    dialog = QDialog(parent, modal=False)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    buttons.rejected.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, GRID_PX)
    column.addWidget(area)
    foot = QHBoxLayout()
    foot.setContentsMargins(2 * GRID_PX, 0, 2 * GRID_PX, GRID_PX)
    foot.addWidget(buttons)
    column.addLayout(foot)
    wanted = form.sizeHint()
    dialog.resize(min(max(wanted.width() + 40, 420), 640), min(wanted.height() + 72, 640))
    dialog.show()
