from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.ui.theme import Theme, app_icon, apply_theme, icon, is_dark
from digitpad.ui.training.training_dock import TrainingDock
from tests.ui.window import Person

ICONS = sorted(file.stem for file in (paths.assets() / "icons").glob("*.svg"))
_Role = QPalette.ColorRole

pytestmark = pytest.mark.usefixtures("system_theme")


def test_dark_is_dark_and_light_is_light(qapp: QApplication) -> None:
    apply_theme(Theme.DARK)
    assert is_dark(qapp.palette())

    apply_theme(Theme.LIGHT)
    assert not is_dark(qapp.palette())
    # What only dark needs has to go with it.
    assert QApplication.palette("QCheckBox").window() == qapp.palette().window()


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (_Role.WindowText, _Role.Window),
        (_Role.Text, _Role.Base),
        (_Role.ButtonText, _Role.Button),
        (_Role.PlaceholderText, _Role.Window),
        (_Role.PlaceholderText, _Role.Base),
        (_Role.HighlightedText, _Role.Highlight),
        (_Role.ToolTipText, _Role.ToolTipBase),
    ],
)
def test_text_can_be_read(theme: Theme, text: _Role, ground: _Role, qapp: QApplication) -> None:
    apply_theme(theme)

    assert _contrast(qapp.palette().color(text), qapp.palette().color(ground)) >= 4.5


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("text", [_Role.WindowText, _Role.Text, _Role.PlaceholderText])
def test_text_that_is_of_no_use_now_is_paler(theme: Theme, text: _Role, qapp: QApplication) -> None:
    apply_theme(theme)

    palette, ground = qapp.palette(), qapp.palette().window().color()
    disabled = palette.color(QPalette.ColorGroup.Disabled, text)
    assert _contrast(disabled, ground) < 0.75 * _contrast(palette.color(text), ground)


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("button", ["float", "close"])
def test_the_buttons_of_the_training_pane_can_be_seen(
    theme: Theme, button: str, person: Person
) -> None:
    person.choose("Training", "Training Pane")
    apply_theme(theme)
    dock = person.window.findChild(TrainingDock)
    title_button = dock.findChild(QAbstractButton, f"qt_dockwidget_{button}button")
    person.wait(title_button.isVisible)

    assert _best_contrast(title_button) >= 4.5
    dock.setFloating(True)
    person.wait(dock.isActiveWindow)
    assert _best_contrast(title_button) >= 4.5
    dock.setFloating(False)
    assert _best_contrast(title_button) >= 4.5


def test_they_can_be_seen_where_the_pane_was_open_the_last_time(
    person: Person, qtbot: QtBot, settings_file: Path
) -> None:
    person.choose("Training", "Training Pane")
    person.choose("View", "Theme", "Dark")
    person.window.close()

    again = Person(qtbot, settings_file)

    dock = again.window.findChild(TrainingDock)
    again.wait(dock.isVisible)
    close = dock.findChild(QAbstractButton, "qt_dockwidget_closebutton")
    assert is_dark(dock.palette())
    assert _best_contrast(close) >= 4.5


def _best_contrast(button: QAbstractButton) -> float:
    picture, ground = button.grab().toImage(), button.palette().window().color()
    seen = [
        _contrast(picture.pixelColor(x, y), ground)
        for x in range(picture.width())
        for y in range(picture.height())
    ]
    return max(seen)


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_there_is_one_accent_and_it_stands_out(theme: Theme, qapp: QApplication) -> None:
    apply_theme(theme)

    palette = qapp.palette()
    assert palette.accent().color() == palette.highlight().color() == palette.link().color()
    assert _contrast(palette.accent().color(), palette.window().color()) >= 3


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_has_the_colour_of_the_text(name: str, qtbot: QtBot) -> None:
    palette = QPalette()
    palette.setColor(_Role.ButtonText, QColor("#ff0000"))

    picture = icon(name, palette).pixmap(20, 20).toImage()

    solid = [
        picture.pixelColor(x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() > 200
    ]
    assert len(solid) > 10
    if name != "digitpad":
        assert all(color.red() > 200 and color.green() < 60 for color in solid)


def test_the_app_has_an_icon_at_every_size(qtbot: QtBot) -> None:
    assert {size.width() for size in app_icon().availableSizes()} >= {16, 32, 64, 256}


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_an_empty_box_can_be_seen(
    theme: Theme, kind: type[QAbstractButton], qtbot: QtBot, qapp: QApplication
) -> None:
    apply_theme(theme)
    host = QWidget()
    qtbot.addWidget(host)
    box = kind(host)
    host.show()

    picture = host.grab(box.geometry()).toImage()

    ground = qapp.palette().window().color()
    colors = [
        picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())
    ]
    outline = [color for color in colors if _contrast(color, ground) >= 1.5]
    assert len(outline) >= 20


def _contrast(one: QColor, two: QColor) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    dark, light = sorted((_luminance(one), _luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
