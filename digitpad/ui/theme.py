"""Light and dark, one accent colour, and icons in the colour of the text."""

from enum import Enum
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from digitpad import paths

GRID_PX = 8
"""Distances are multiples of this."""

ICON_PX = 20

_Role = QPalette.ColorRole
_Group = QPalette.ColorGroup

# For platforms that don't tell light from dark: everything else uses the platform's own.
_LIGHT = {
    _Role.Window: "#f4f5f7",
    _Role.WindowText: "#1d2129",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#f4f5f7",
    _Role.Text: "#1d2129",
    _Role.Button: "#fbfbfc",
    _Role.ButtonText: "#1d2129",
    _Role.BrightText: "#ffffff",
    _Role.ToolTipBase: "#1d2129",
    _Role.ToolTipText: "#f4f5f7",
    _Role.PlaceholderText: "#656c79",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#e9ebef",
    _Role.Mid: "#c6cad2",
    _Role.Dark: "#9aa0ac",
    _Role.Shadow: "#7d8490",
}
_DARK = {
    _Role.Window: "#1f2126",
    _Role.WindowText: "#e8e9ec",
    _Role.Base: "#17191d",
    _Role.AlternateBase: "#1f2126",
    _Role.Text: "#e8e9ec",
    _Role.Button: "#2c2f36",
    _Role.ButtonText: "#e8e9ec",
    _Role.BrightText: "#ffffff",
    _Role.ToolTipBase: "#e8e9ec",
    _Role.ToolTipText: "#1d2129",
    _Role.PlaceholderText: "#9ba1ad",
    _Role.Light: "#3b3f48",
    _Role.Midlight: "#33363e",
    _Role.Mid: "#474b55",
    _Role.Dark: "#121317",
    _Role.Shadow: "#0b0c0e",
}
_OUTLINED = ("QCheckBox", "QRadioButton", "QGroupBox", "QAbstractItemView", "LearnBox", "RunResult")
_OUTLINE = "#8b919e"
"""Fusion draws outlines darker than what they stand on: on dark ground nobody sees them."""

_DISABLED_TEXT = {False: "#a2a7b1", True: "#676c78"}
_ACCENT = {False: "#2f5fd0", True: "#7ea2ff"}
_ON_ACCENT = {False: "#ffffff", True: "#10131a"}


class Theme(Enum):
    """What the person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_SCHEMES = {
    Theme.SYSTEM: Qt.ColorScheme.Unknown,
    Theme.LIGHT: Qt.ColorScheme.Light,
    Theme.DARK: Qt.ColorScheme.Dark,
}


def apply_theme(theme: Theme) -> None:
    """Colour the whole app; call it again when the system's colour scheme changes."""
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(_SCHEMES[theme])
    scheme = hints.colorScheme()
    if scheme is Qt.ColorScheme.Unknown or (
        theme is not Theme.SYSTEM and scheme != _SCHEMES[theme]
    ):
        if QApplication.style().name() != "fusion":
            QApplication.setStyle("fusion")  # Others may not take colours that aren't theirs.
        palette = _own_palette(theme is Theme.DARK)
    else:
        palette = _accented(QPalette(), scheme is Qt.ColorScheme.Dark)
    QApplication.setPalette(palette)
    for name in _OUTLINED if is_dark(palette) else ():
        # PySide declares bytes, and takes none.
        QApplication.setPalette(_outlined(palette), name)  # type: ignore[arg-type]


def is_dark(palette: QPalette) -> bool:
    """Return whether text is lighter than what it stands on."""
    return palette.windowText().color().lightness() > palette.window().color().lightness()


def icon(name: str, palette: QPalette) -> QIcon:
    """Return one of the app's own icons, in the colour of a button's text.

    Parameters
    ----------
    name : str
        An SVG file in the folder of icons, drawn in black.
    palette : QPalette
        Of the widget that shows it; ask again when that changes.
    """
    return _icon(name, palette.buttonText().color().name())


def app_icon() -> QIcon:
    """Return the app's icon."""
    picture = QIcon()
    for size in (16, 32, 64, 256):
        picture.addPixmap(_render("digitpad", "#000000", size, 1))
    return picture


@cache
def _icon(name: str, color: str) -> QIcon:
    picture = QIcon()
    for ratio in (1, 2, 3):
        picture.addPixmap(_render(name, color, ICON_PX, ratio))
    return picture


def _render(name: str, color: str, size: int, ratio: int) -> QPixmap:
    drawing = (paths.assets() / "icons" / f"{name}.svg").read_bytes()
    drawing = drawing.replace(b"#000000", color.encode())
    picture = QPixmap(QSize(size, size) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def _own_palette(dark: bool) -> QPalette:
    palette = QPalette()
    for role, color in (_DARK if dark else _LIGHT).items():
        palette.setColor(role, QColor(color))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.PlaceholderText):
        palette.setColor(_Group.Disabled, role, QColor(_DISABLED_TEXT[dark]))
    return _accented(palette, dark)


def _accented(palette: QPalette, dark: bool) -> QPalette:
    for role in (_Role.Accent, _Role.Highlight, _Role.Link):
        palette.setColor(role, QColor(_ACCENT[dark]))
    palette.setColor(_Role.HighlightedText, QColor(_ON_ACCENT[dark]))
    return palette


def _outlined(palette: QPalette) -> QPalette:
    """Return a palette in which only outlines are lighter."""
    outlined = QPalette(palette)
    outlined.setColor(_Role.Window, QColor(_OUTLINE))
    return outlined
