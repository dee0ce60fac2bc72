import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from digitpad import paths
from digitpad.training.keras_files import explain_refusal

_DTYPE = {
    "module": "keras",
    "class_name": "DTypePolicy",
    "config": {"name": "float32"},
    "registered_name": None,
}


def layer(name: str, module: str | None = "keras.layers", **config: Any) -> dict[str, Any]:
    described = {"dtype": _DTYPE} | config
    return {
        "module": module,
        "class_name": name,
        "config": described,
        "registered_name": config.pop("registered_name", None),
    }


def sequential(*layers: dict[str, Any]) -> dict[str, Any]:
    return layer("Sequential", "keras", layers=[layer("InputLayer"), *layers])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "network.keras"


def save(file: Path, config: Any, **members: bytes) -> Path:
    text = config if isinstance(config, bytes) else json.dumps(config)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", text)
        archive.writestr("model.weights.h5", members.pop("weights", b"numbers"))
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def test_our_own_networks_are_taken() -> None:
    assert explain_refusal(paths.bundled_models() / "default" / "model.keras") is None
    assert explain_refusal(paths.bundled_models() / "ink.keras") is None


def test_layers_that_compute_are_taken(file: Path) -> None:
    zeros = {"module": "keras.initializers", "class_name": "Zeros", "config": {}}
    nested = sequential(layer("Dense", bias_initializer=zeros, activation="softmax"))
    functional = layer(
        "Functional",
        "keras.src.models.functional",
        layers=[
            layer("Conv2D", kernel_regularizer=layer("L2", "keras.regularizers")),
            layer("Multiply", "keras.src.ops.numpy"),
            layer("BatchNormalization"),
            nested,
        ],
        inbound_nodes=[{"args": [{"class_name": "__keras_tensor__", "config": {}}]}],
    )
    functional["compile_config"] = {"loss": {"class_name": "function", "config": "my_loss"}}

    assert explain_refusal(save(file, functional)) is None


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (layer("Lambda", function={"class_name": "__lambda__", "config": {}}), "a Lambda layer"),
        (layer("Lambda", None), "a Lambda layer"),
        (layer("Dense", activation={"class_name": "__lambda__"}), "a Lambda layer"),
        (layer("Mine", None), "“Mine” is not one of Keras's own"),
        (layer("Dense", "mine.layers"), "“Dense” is not one of Keras's own"),
        (layer("Dense", "os"), "“Dense” is not one of Keras's own"),
        (layer("Dense", "keras_cv.layers"), "“Dense” is not one of Keras's own"),
        (layer("Dense", registered_name="mine>Dense"), "“Dense” is not one of Keras's own"),
        (layer("TFSMLayer", filepath="/etc"), "a “TFSMLayer”, which is not taken"),
        (layer("StringLookup", vocabulary="/etc/passwd"), "a “StringLookup”, which is not taken"),
        (layer("get_file", "keras.utils"), "a “get_file”, which is not taken"),
        (layer("function", "keras.activations"), "a “function”, which is not taken"),
        (layer("Dense", "keras.src.ops.numpy"), "a “Dense”, which is not taken"),
        (
            layer("Dense", activation={"module": "builtins", "class_name": "function"}),
            "“function” is not one of Keras's own",
        ),
        (
            layer("Dense", kernel_initializer=layer("Mine", "keras.initializers")),
            "a “Mine”, which is not taken",
        ),
        (layer("Dropout", noise=[[{"deep": layer("Mine", None)}]]), "“Mine” is not one of"),
        ({"class_name": 5, "module": "keras"}, "damaged"),
        ({"class_name": "Dense", "module": ["keras"]}, "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_could_be_a_program_is_refused(file: Path, part: dict[str, Any], reason: str) -> None:
    assert reason in str(explain_refusal(save(file, sequential(part))))


@pytest.mark.parametrize(
    "config", [b"", b"{", b"[]", b"7", b"[" * 99_999, b"\xff"], ids=lambda text: ascii(text[:9])
)
def test_a_broken_description_is_refused(file: Path, config: bytes) -> None:
    assert "damaged" in str(explain_refusal(save(file, config)))


def test_other_members_are_refused(file: Path) -> None:
    reason = explain_refusal(save(file, sequential(), **{"../../.bashrc": b"evil"}))

    assert reason == "it holds “../../.bashrc”, which is no part of a network of numbers"


def test_bombs_are_refused(file: Path) -> None:
    assert "too large" in str(explain_refusal(save(file, b" " * 20_000_000)))
    whole = save(file, sequential(), weights=b"\0" * 5_000_000).read_bytes()
    true, huge = (5_000_000).to_bytes(4, "little"), (2_000_000_000).to_bytes(4, "little")
    file.write_bytes(whole.replace(true, huge))
    assert "too large" in str(explain_refusal(file))


def test_what_is_no_zip_is_refused(file: Path) -> None:
    file.write_bytes(b"\x89HDF\r\n\x1a\n")

    assert "damaged" in str(explain_refusal(file))
