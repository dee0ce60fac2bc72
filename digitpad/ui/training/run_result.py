"""How a run ended, and what to do with its model."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from digitpad.ui.training.advice import Advice


class RunResult(QFrame):
    """A card that says how the run ended.

    Parameters
    ----------
    parent : QWidget, optional
        Where it sits.

    Signals
    -------
    use_requested()
        The new model is to be the active one.
    keep_requested()
        It isn't.
    return_requested()
        The model that was active before is to be active again.
    resume_requested()
        The run is to go on where it ended.
    leave_requested()
        It isn't.
    """

    use_requested = Signal()
    keep_requested = Signal()
    return_requested = Signal()
    resume_requested = Signal()
    leave_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._title, self._text = QLabel(self, wordWrap=True), QLabel(self, wordWrap=True)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._figures = QWidget(self)
        self._figures_layout = QGridLayout(self._figures)
        self._figures_layout.setContentsMargins(0, 0, 0, 0)
        self._figures_layout.setVerticalSpacing(4)
        self._figures_layout.setColumnStretch(0, 1)
        self._use_button = QPushButton("&Use this model", self)
        self._keep_button = QPushButton("&Keep the current one", self)
        self._return_button = QPushButton(self)
        self._resume_button = QPushButton("Go o&n with it", self)
        self._leave_button = QPushButton("Leave it", self)
        self._use_button.clicked.connect(self.use_requested)
        self._keep_button.clicked.connect(self.keep_requested)
        self._return_button.clicked.connect(self.return_requested)
        self._resume_button.clicked.connect(self.resume_requested)
        self._leave_button.clicked.connect(self.leave_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in self._buttons:
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        for label in (self._title, self._text):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(label)
        layout.insertWidget(1, self._figures)
        layout.addLayout(buttons)
        self.setAccessibleName("Result of the run")

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return (
            self._use_button,
            self._keep_button,
            self._return_button,
            self._resume_button,
            self._leave_button,
        )

    def show_choice(self, advice: Advice) -> None:
        """Ask which of two models to use."""
        self._show(advice.title, advice.reason)
        for text, value in advice.figures:
            self._add_figure(text, value)
        self._figures.show()
        self._use_button.show()
        self._keep_button.show()
        recommended = self._use_button if advice.is_new_better else self._keep_button
        for button in (self._use_button, self._keep_button):
            button.setDefault(button is recommended)
        self.setFocusProxy(recommended)

    def show_used(self, name: str, previous: str) -> None:
        """Say that the new model is active, and offer the way back."""
        self._show(f"“{name}” is active now", "Everything is read with it from here on.")
        self._return_button.setText(f"Use “{previous}” again")
        self._return_button.show()

    def show_kept(self, active: str, name: str) -> None:
        """Say that nothing changed, and where the new model is."""
        self._show(
            f"“{active}” stays active",
            f"“{name}” is in the Model menu, should you want it later.",
        )

    def show_stopped(self, epochs: int) -> None:
        """Say that the run was stopped after so many whole epochs."""
        when = f"after epoch {epochs}" if epochs else "before the first epoch ended"
        self._show("Stopped", f"Stopped {when}; nothing was changed.")

    def show_failed(self, message: str, hint: str) -> None:
        """Say what went wrong and what to do."""
        self._show(message, hint)

    def show_interrupted(self, name: str, epoch: int, epochs: int) -> None:
        """Say how far a run came before it was interrupted, and offer to go on with it."""
        how_far = f"It had been through epoch {epoch} of {epochs}, and can go on from there."
        if not epoch:
            how_far = "Its first epoch had not ended yet, so it begins anew."
        self._show(f"Training “{name}” was interrupted", how_far)
        self._leave_button.show()
        self.offer_to_resume()

    def offer_to_resume(self) -> None:
        """Offer to go on with the run that the card is about."""
        self._resume_button.show()

    def _show(self, title: str, text: str) -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleDescription(f"{title}. {text}")
        for label in self._figures.findChildren(QLabel):
            self._figures_layout.removeWidget(label)
            label.deleteLater()
        for widget in (self._figures, *self._buttons):
            widget.hide()
        self.show()

    def _add_figure(self, text: str, value: str) -> None:
        row = self._figures_layout.rowCount()
        label = QLabel(text, self._figures, wordWrap=True)
        self._figures_layout.addWidget(label, row, 0)
        self._figures_layout.addWidget(
            QLabel(value, self._figures), row, 1, Qt.AlignmentFlag.AlignRight
        )
