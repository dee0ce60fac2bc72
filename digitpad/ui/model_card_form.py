"""A model's card, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFormLayout, QLabel

from digitpad.services.models.library import Model
from digitpad.services.models.speed import measure_size
from digitpad.training.calibration import ReliabilityBin
from digitpad.ui.reliability_diagram import ReliabilityDiagram
from digitpad.ui.theme import GRID_PX

_NOT_ACCURACIES = {
    "calibration_error_validation": "How far off it is on average",
    "no_digits_flagged_validation": "Non-digits told as such",
    "digits_flagged_validation": "Digits taken for none",
}
_WORDS = {
    "mnist": "MNIST",
    "pen": "pen digits",
    "allographs": "styles of the world",
    "validation": "(validation)",
    "test": "(test)",
}
_SHOWN_ABOVE = ("architecture", "name", "command", "keras", "python")


def lay_out_card(model: Model, speed_ms: float | None = None) -> QFormLayout:
    """Return a form that tells what a model is, how well it reads and how it was made.

    Parameters
    ----------
    model : Model
        Whose card it is.
    speed_ms : float, optional
        Milliseconds that a digit takes, if that was measured.
    """
    card = model.card
    form = QFormLayout()
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    form.setHorizontalSpacing(2 * GRID_PX)
    ships = "ships with digitpad" if model.is_bundled else "your own"
    _add_rows(form, "", {"Name": f"{model.name} ({ships})", "Made": _local_time(card.created)})
    accuracies = {
        _name_data(name): _percent(value)
        for name, value in card.metrics.items()
        if name not in _NOT_ACCURACIES
    }
    _add_rows(form, "How many digits it reads right", accuracies)
    sureness = {
        words: _percent(card.metrics[name])
        for name, words in _NOT_ACCURACIES.items()
        if name in card.metrics
    }
    _add_rows(form, "How well it knows what it doesn't know", sureness)
    bins = find_reliability(card.data)
    if bins:
        form.addRow(ReliabilityDiagram(bins))
    _add_rows(form, "How large and how quick it is", _measure(model, speed_ms))
    _add_rows(form, "What it learned from", _count_digits(card.data))
    made = {
        "Architecture": card.architecture,
        **{
            name.replace("_", " ").capitalize(): _value(value)
            for name, value in card.config.items()
            if name not in _SHOWN_ABOVE
        },
        "Command": card.command,
        "Folder": str(model.folder),
    }
    _add_rows(form, "How it was made", made)
    _add_rows(form, "Layers", _list_layers(card.layers))
    return form


def find_reliability(data: Mapping[str, object]) -> tuple[ReliabilityBin, ...]:
    """Return the bins of a card's reliability diagram; none if it has none that can be drawn."""
    bins = data.get("reliability")
    if not isinstance(bins, list) or not all(map(_is_bin, bins)):
        return ()
    return tuple(ReliabilityBin(p["confidence"], p["accuracy"], int(p["count"])) for p in bins)


def _is_bin(part: object) -> bool:
    if not isinstance(part, dict) or part.keys() != {"confidence", "accuracy", "count"}:
        return False
    if not all(isinstance(value, int | float) for value in part.values()):
        return False
    return 0 <= part["confidence"] <= 1 and 0 <= part["accuracy"] <= 1 and part["count"] > 0


def _add_rows(form: QFormLayout, title: str, rows: Mapping[str, str]) -> None:
    """Add what there is to say; nothing at all if there is nothing."""
    told = {name: value for name, value in rows.items() if value}
    if told and title:
        heading = QLabel(f"<b>{title}</b>", textFormat=Qt.TextFormat.RichText)
        heading.setContentsMargins(0, GRID_PX, 0, 0)
        form.addRow(heading)
    for name, value in told.items():
        label = QLabel(name)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        form.addRow(label, _selectable(value))


def _selectable(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def _local_time(iso: str) -> str:
    """Return a time of the card as a person here writes it."""
    time = QDateTime.fromString(iso, Qt.DateFormat.ISODate)
    if not time.isValid():
        return iso
    locale, here = QLocale(), time.toLocalTime()
    day = locale.toString(here.date(), "d MMMM yyyy")
    return f"{day}, {locale.toString(here.time(), QLocale.FormatType.ShortFormat)}"


def _name_data(metric: str) -> str:
    words = " ".join(_WORDS.get(word, word) for word in metric.split("_"))
    return words[:1].upper() + words[1:]


def _measure(model: Model, speed_ms: float | None) -> dict[str, str]:
    size = measure_size(model)
    count = model.card.parameters
    return {
        # Whoever made it elsewhere may not have told.
        "Parameters": f"{count:,}" if count else "",
        "Size": f"{size / 1e6:.2f} MB to read with" if size else "",
        "Time": f"{speed_ms:.2f} ms a digit, on this computer" if speed_ms is not None else "",
    }


def _count_digits(data: Mapping[str, object]) -> dict[str, str]:
    counts = {}
    for name, part in data.items():
        count = part.get("digits") if isinstance(part, dict) else None
        if isinstance(count, int) and name.endswith("_train"):
            counts[_name_data(name.removesuffix("_train"))] = f"{count:,} digits"
    return counts


def _list_layers(layers: Iterable[Mapping[str, object]]) -> dict[str, str]:
    rows = {}
    for number, layer in enumerate(layers, 1):
        kind, shape, parameters = (layer.get(key) for key in ("kind", "shape", "parameters"))
        if isinstance(shape, list) and isinstance(parameters, int):
            size = " × ".join(map(str, shape))
            counted = f"; {parameters:,} parameters" if parameters else ""
            rows[f"{number}  {kind}"] = f"{size}{counted}"
    return rows


def _percent(part: float) -> str:
    return f"{part * 100:.2f} %"


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        parts = [str(part) for part in value]
        if all(part.isascii() and part.isdigit() for part in parts):
            return _join_ranges(sorted(map(int, parts)))
        return ", ".join(parts)
    return "" if value is None else str(value)


def _join_ranges(numbers: Iterable[int]) -> str:
    """Return numbers as “1–22, 25”."""
    runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    ends = [[number for _, number in run] for _, run in runs]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in ends)
