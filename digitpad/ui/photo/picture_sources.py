"""Pictures out of a drop or the clipboard: files, image data, or the path of a file as text."""

import base64
import binascii
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QBuffer, QMimeData, QUrl
from PySide6.QtGui import QImage, QImageWriter

from digitpad.core.errors import ImageError

_UNCOMPRESSED = 100
"""PNG's quality in Qt's words: a large screenshot is packed in no time, for a moment only."""

_ENCODED = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff", "image/gif")

NO_PICTURE = ImageError(
    "The clipboard holds no picture.", "Copy a picture or a picture file, then paste."
)
ONLY_ADDRESS = ImageError(
    "That is only the address of a picture.",
    "Copy the picture itself, or save it, then paste or open it.",
)


def has_pictures(mime: QMimeData) -> bool:
    """Return whether `find_sources` is worth a try."""
    return mime.hasImage() or mime.hasUrls() or mime.hasText() or _find_encoded(mime) is not None


def find_sources(mime: QMimeData) -> list[Path | bytes]:
    """Return what a drop or the clipboard holds.

    Parameters
    ----------
    mime : QMimeData
        Files win over image data, which wins over text: a browser gives all three.

    Returns
    -------
    list of Path or bytes
        Files that may not exist, or the content of one picture file.

    Raises
    ------
    ImageError
        If there is no picture in it.
    """
    files: list[Path | bytes] = [
        Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()
    ]
    if files:
        return files
    content = _find_encoded(mime) or _encode(mime.imageData()) or _parse_data_url(mime.text())
    if content is not None:
        return [content]
    paths = _parse_paths(mime.text())
    if paths:
        return list(paths)
    raise ONLY_ADDRESS if mime.hasUrls() or "://" in mime.text() else NO_PICTURE


def _find_encoded(mime: QMimeData) -> bytes | None:
    # As it was sent: nothing to encode again, and nothing lost.
    found = next((form for form in _ENCODED if mime.hasFormat(form)), None)
    return bytes(mime.data(found).data()) or None if found else None


def _encode(image: object) -> bytes | None:
    if not isinstance(image, QImage) or image.isNull():
        return None
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    # PPM is written in no time, but has no transparency.
    writer = QImageWriter(buffer, b"png" if image.hasAlphaChannel() else b"ppm")
    writer.setQuality(_UNCOMPRESSED)
    if not writer.write(image):
        return None
    return bytes(buffer.data().data())


def _parse_data_url(text: str) -> bytes | None:
    head, _, content = text.strip().partition(",")
    if not head.startswith("data:image/"):
        return None
    raw = unquote_to_bytes(content)
    try:
        return base64.b64decode(raw, validate=True) if head.endswith(";base64") else raw
    except binascii.Error:
        return None


def _parse_paths(text: str) -> list[Path]:
    lines = [line.strip().strip("\"'") for line in text.splitlines()]
    places = [QUrl(line).toLocalFile() if line.startswith("file:") else line for line in lines]
    paths = [_expand(place) for place in places if place and "\0" not in place]
    # Any text could be a path: all of it has to be one.
    return paths if paths and all(_is_there(path) for path in paths) else []


def _expand(place: str) -> Path:
    try:
        return Path(place).expanduser()
    except RuntimeError:  # “~40” could be the folder of a person, but there is none.
        return Path(place)


def _is_there(path: Path) -> bool:
    try:
        return path.is_absolute() and path.exists()
    except OSError:  # A text too long to be a name.
        return False
