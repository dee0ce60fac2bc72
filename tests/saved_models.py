"""Models that are whole as far as their digests tell; nothing can be read with them."""

from pathlib import Path

from digitpad.training.model_card import CARD_FILE, KERAS_FILE, LITERT_FILE, ModelCard, digest_file


def save_model(
    folder: Path,
    name: str,
    content: bytes = b"weights",
    created: str = "2026",
    files: tuple[str, ...] = (KERAS_FILE, LITERT_FILE),
) -> Path:
    """Write a model that is whole as far as its digests tell."""
    folder.mkdir(parents=True)
    for file in files:
        (folder / file).write_bytes(content if file == LITERT_FILE else content[::-1])
    card = ModelCard(
        name=name,
        architecture="softmax",
        parameters=7_850,
        created=created,
        sha256={file: digest_file(folder / file) for file in files},
    )
    (folder / CARD_FILE).write_text(card.to_json(), encoding="utf-8")
    return folder
