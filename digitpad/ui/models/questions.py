"""What is asked before much changes."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QMessageBox, QWidget


def ask_to_reset(parent: QWidget, own: int) -> bool | None:
    """Ask whether to go back to how digitpad was when it was new.

    Parameters
    ----------
    parent : QWidget
        The window.
    own : int
        How many models are the person's own.

    Returns
    -------
    bool or None
        Whether their own models go to the trash, too; None to leave all as it is.
    """
    question = QMessageBox(
        QMessageBox.Icon.Question,
        "Factory Reset",
        "Let the default model read again?",
        parent=parent,
    )
    question.setInformativeText("Your own models stay where they are, and this can be undone.")
    box = QCheckBox(f"&Move my own models ({own}) to the trash")
    if own:
        question.setCheckBox(box)
    reset = question.addButton("Reset", QMessageBox.ButtonRole.DestructiveRole)
    keep = question.addButton(QMessageBox.StandardButton.Cancel)
    question.setDefaultButton(keep)
    question.exec()
    return box.isChecked() if question.clickedButton() is reset else None


def ask_to_empty_trash(parent: QWidget, count: int) -> bool:
    """Ask whether to destroy the models in the trash."""
    what = "The model in the trash" if count == 1 else f"All {count} models in the trash"
    question = QMessageBox(
        QMessageBox.Icon.Warning, "Empty Trash", f"{what} will be gone for good.", parent=parent
    )
    question.setInformativeText("This can't be undone, nor what was changed in the list before.")
    empty = question.addButton("Empty the Trash", QMessageBox.ButtonRole.DestructiveRole)
    keep = question.addButton(QMessageBox.StandardButton.Cancel)
    question.setDefaultButton(keep)
    question.exec()
    return question.clickedButton() is empty
