import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitpad.services.models.library import Model
from digitpad.training.model_card import ModelCard
from digitpad.ui.model_card_form import find_reliability, lay_out_card
from digitpad.ui.reliability_diagram import ReliabilityDiagram

BINS = [
    {"confidence": 0.45, "accuracy": 0.5, "count": 12},
    {"confidence": 0.75, "accuracy": 0.7, "count": 80},
    {"confidence": 0.99, "accuracy": 0.995, "count": 9000},
]
CARD = ModelCard(
    "mine",
    "default",
    217_474,
    "2026-11-21T09:36:23+00:00",
    config={"epochs": 15, "limit": None, "pen_writers": [str(n) for n in range(1, 23)] + ["25"]},
    data={"mnist_train": {"digits": 55_000}, "mnist_test": {"digits": 10_000}},
    metrics={"mnist_test": 0.9962, "pen_validation": 0.993},
)
SURENESS = {
    "calibration_error_validation": 0.0041,
    "no_digits_flagged_validation": 0.962,
    "digits_flagged_validation": 0.0043,
}


@pytest.fixture(autouse=True)
def english() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))


def rows_of(widget: QWidget) -> dict[str, str]:
    form = widget.layout()
    assert isinstance(form, QFormLayout)
    rows = {}
    for row in range(form.rowCount()):
        name = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
        value = form.itemAt(row, QFormLayout.ItemRole.FieldRole)
        if name is not None and value is not None:
            label, field = name.widget(), value.widget()
            assert isinstance(label, QLabel)
            assert isinstance(field, QLabel)
            rows[label.text()] = field.text()
    return rows


def show(qtbot: QtBot, card: ModelCard, is_bundled: bool = False) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setLayout(lay_out_card(Model(card.name, Path("models/mine"), card, is_bundled)))
    widget.show()
    return widget


def test_a_card_is_told_in_words(qtbot: QtBot) -> None:
    rows = rows_of(show(qtbot, CARD))

    assert rows["Name"] == "mine (your own)"
    assert "21 November 2026" in rows["Made"]
    assert rows["MNIST (test)"] == "99.62 %"
    assert rows["Pen digits (validation)"] == "99.30 %"
    assert rows["MNIST"] == "55,000 digits"
    assert rows["Parameters"] == "217,474"
    assert rows["Pen writers"] == "1–22, 25"


def test_there_are_no_empty_rows(qtbot: QtBot) -> None:
    for card in (CARD, ModelCard("bare", "lenet5", 1, "yesterday")):
        rows = rows_of(show(qtbot, card))

        assert all(value.strip() for value in rows.values())
        assert not rows.keys() & {"Limit", "Command"}


def test_a_card_without_a_proper_time_shows_what_it_has(qtbot: QtBot) -> None:
    assert rows_of(show(qtbot, ModelCard("a", "b", 1, "yesterday")))["Made"] == "yesterday"


def test_how_sure_a_model_is_has_a_section_where_it_was_measured(qtbot: QtBot) -> None:
    measured = dataclasses.replace(CARD, metrics=CARD.metrics | SURENESS)

    rows = rows_of(show(qtbot, measured))

    assert rows["How far off it is on average"] == "0.41 %"
    assert rows["Non-digits told as such"] == "96.20 %"
    assert rows["Digits taken for none"] == "0.43 %"
    assert not rows_of(show(qtbot, CARD)).keys() & {"Digits taken for none"}


def test_the_reliability_diagram_is_drawn_and_told(qtbot: QtBot) -> None:
    card = dataclasses.replace(CARD, data=CARD.data | {"reliability": BINS})
    widget = show(qtbot, card)

    diagram = widget.findChild(ReliabilityDiagram)
    assert diagram is not None
    assert "75.0 % sure: 70.0 % right of 80" in diagram.accessibleDescription()
    picture = diagram.grab().toImage()
    accent = diagram.palette().accent().color()
    drawn = [
        (x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y) == accent
    ]
    # From the middle to the upper right corner, where nearly all readings are.
    assert max(x for x, _ in drawn) - min(x for x, _ in drawn) > 100
    assert min(drawn, key=lambda place: place[1])[0] > picture.width() / 2


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        "bins",
        [1, 2],
        [{"confidence": 0.5}],
        [{"confidence": "high", "accuracy": 1, "count": 2}],
        [{"confidence": 2.0, "accuracy": 0.5, "count": 2}],
        [{"confidence": float("nan"), "accuracy": 0.5, "count": 2}],
        [{"confidence": 0.5, "accuracy": 0.5, "count": 0}],
    ],
)
def test_what_is_no_diagram_is_not_drawn(found: object) -> None:
    assert find_reliability({"reliability": found}) == ()
