"""What the app has to say, without getting in the way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from digitpad.ui.theme import GRID_PX, icon

SHOWN_MS = 6000
_MAX_WIDTH_PX = 640


class MessageBar(QWidget):
    """A note over the lower edge of another widget; it moves nothing out of place.

    What asks for something to be done stays until it is closed; mere news goes by itself.

    Parameters
    ----------
    host : QWidget
        What to lie over, and what to stay within; see `lie_over`.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._ground = host
        host.installEventFilter(self)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self._message = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._hint = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._offered: QAction | None = None
        self._offer = QPushButton(flat=True)
        self._offer.clicked.connect(self._on_offer_taken)
        self._close = QToolButton(autoRaise=True)
        self._close.setToolTip("Close this message")
        self._close.setAccessibleName("Close this message")
        self._close.clicked.connect(self.hide)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setAccessibleName("Message")
        self._lay_out()
        self._follow_palette()
        self.hide()

    @property
    def text(self) -> str:
        """What is said: the message and the hint."""
        return f"{self._message.text()} {self._hint.text()}".strip()

    def lie_over(self, ground: QWidget) -> None:
        """Lie over the lower edge of one part of the host from now on.

        Parameters
        ----------
        ground : QWidget
            The host, or something within it; what is below it stays in sight.
        """
        self._ground.removeEventFilter(self)
        self._ground = ground
        ground.installEventFilter(self)
        self._place()

    def show_message(self, text: str, hint: str = "", offer: QAction | None = None) -> None:
        """Say something, in place of what was said before.

        Parameters
        ----------
        text : str
            What happened.
        hint : str
            What to do about it; such a message stays until it is closed.
        offer : QAction, optional
            What a button beside the message does, to take back what happened say.
        """
        self._message.setText(text)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._offered = offer
        self._offer.setVisible(offer is not None)
        self._offer.setText(offer.iconText() if offer is not None else "")
        self.setAccessibleDescription(self.text)
        if hint:
            self._timer.stop()
        else:
            self._timer.start()
        self.show()
        self.raise_()
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._ground and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        # A style's own frame can't be told from a black board.
        painter = QPainter(self)
        painter.setPen(self.palette().mid().color())
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_palette()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(GRID_PX // 4)
        texts.addWidget(self._message)
        texts.addWidget(self._hint)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        row.setSpacing(GRID_PX)
        row.addLayout(texts, stretch=1)
        row.addWidget(self._offer, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._close, alignment=Qt.AlignmentFlag.AlignTop)

    def _on_offer_taken(self) -> None:
        self.hide()
        if self._offered is not None:
            self._offered.trigger()

    def _place(self) -> None:
        ground = self._ground
        origin = ground.mapTo(self._host, QPoint(0, 0))
        width = min(_MAX_WIDTH_PX, ground.width() - 4 * GRID_PX)
        height = max(self._row.heightForWidth(width), self.minimumSizeHint().height())
        left = origin.x() + (ground.width() - width) // 2
        bottom = origin.y() + ground.height() - 2 * GRID_PX
        self.setGeometry(left, bottom - height, width, height)

    def _follow_palette(self) -> None:
        self._close.setIcon(icon("close", self.palette()))
