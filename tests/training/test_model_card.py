import hashlib
import json
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.core.errors import ModelError
from digitpad.training.model_card import (
    CARD_FILE,
    KERAS_FILE,
    LITERT_FILE,
    ModelCard,
    digest_file,
    find_damage,
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model's folder, whole as far as a card can tell."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / LITERT_FILE).write_bytes(b"litert")
    (folder / KERAS_FILE).write_bytes(b"keras")
    card = ModelCard(
        name="Grüße 4",
        architecture="softmax",
        parameters=7_850,
        created="2026-11-21T07:43:23+00:00",
        config={"epochs": 2, "pen_writers": ["1"]},
        data={"mnist_train": {"digits": 3}},
        metrics={"mnist_test": 0.92},
        history=({"loss": 0.5}, {"loss": 0.25}),
        command="digitpad train",
        sha256={name: digest_file(folder / name) for name in (KERAS_FILE, LITERT_FILE)},
    )
    (folder / CARD_FILE).write_text(card.to_json(), encoding="utf-8")
    return folder


def change(model: Path, **values: object) -> None:
    content = json.loads((model / CARD_FILE).read_text(encoding="utf-8"))
    (model / CARD_FILE).write_text(json.dumps(content | values), encoding="utf-8")


def test_a_card_survives_its_file(model: Path) -> None:
    card = ModelCard.load(model)

    assert (card.name, card.parameters, card.metrics) == ("Grüße 4", 7_850, {"mnist_test": 0.92})
    assert card.history == ({"loss": 0.5}, {"loss": 0.25})
    assert card.to_json() == (model / CARD_FILE).read_text(encoding="utf-8")
    assert json.loads(card.to_json())["input"].startswith("(n, 28, 28, 1) float32")


def test_the_digest_is_sha256(model: Path) -> None:
    assert digest_file(model / LITERT_FILE) == hashlib.sha256(b"litert").hexdigest()


def test_a_whole_model_has_no_damage(model: Path) -> None:
    assert find_damage(model, ModelCard.load(model)) is None


@pytest.mark.parametrize("name", [LITERT_FILE, KERAS_FILE])
def test_damage_is_found(model: Path, name: str) -> None:
    card = ModelCard.load(model)

    (model / name).write_bytes(b"changed")
    assert find_damage(model, card) == f"{name} has changed since it was made"
    (model / name).unlink()
    assert find_damage(model, card) == f"{name} is missing"
    (model / name).mkdir()
    assert str(find_damage(model, card)).startswith(f"{name} can't be read")


@pytest.mark.parametrize("named", [[], [KERAS_FILE], [CARD_FILE, "../elsewhere"]], ids=str)
def test_a_card_that_does_not_name_what_reads_vouches_for_nothing(
    model: Path, named: list[str]
) -> None:
    change(model, sha256={name: digest_file(model / KERAS_FILE) for name in named})

    assert find_damage(model, ModelCard.load(model)) == "its card doesn't vouch for model.tflite"


def test_a_model_that_only_reads_is_whole(model: Path) -> None:
    change(model, sha256={LITERT_FILE: digest_file(model / LITERT_FILE)})
    card = ModelCard.load(model)

    (model / KERAS_FILE).write_bytes(b"of somewhere else")
    assert find_damage(model, card) is None
    (model / KERAS_FILE).unlink()
    assert find_damage(model, card) is None
    (model / LITERT_FILE).write_bytes(b"changed")
    assert find_damage(model, card) == f"{LITERT_FILE} has changed since it was made"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        "{}",
        '{"version": 1}',
        '{"version": 1, "history": 3}',
        "[" * 99_999,
    ],
    ids=lambda text: text[:20],
)
def test_a_broken_card_is_refused(model: Path, content: str) -> None:
    (model / CARD_FILE).write_text(content)

    with pytest.raises(ModelError, match="mine"):
        ModelCard.load(model)


@pytest.mark.parametrize(
    "values",
    [
        {"version": 2},
        {"name": 5},
        {"created": None},
        {"architecture": ["softmax"]},
        {"parameters": "many"},
        {"metrics": {"mnist_test": "good"}},
        {"metrics": [0.9]},
        {"sha256": "abc"},
        {"sha256": {LITERT_FILE: 5}},
        {"history": None},
        {"config": 5},
    ],
    ids=str,
)
def test_a_card_of_other_types_is_refused(model: Path, values: dict[str, object]) -> None:
    change(model, **values)

    with pytest.raises(ModelError):
        ModelCard.load(model)


def test_what_a_later_digitpad_adds_is_left_out(model: Path) -> None:
    change(model, favourite_color="blue")

    assert ModelCard.load(model).name == "Grüße 4"


def test_a_missing_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        ModelCard.load(tmp_path)


def test_the_bundled_model_is_whole() -> None:
    folder = paths.bundled_models() / "default"

    assert find_damage(folder, ModelCard.load(folder)) is None
