"""Any picture file -> pixels: upright, opaque, eight bits, and of a bounded size."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from digitpad.core.errors import ImageError

Picture = NDArray[np.uint8]

IMAGE_SUFFIXES = (
    ".avif",
    ".bmp",
    ".gif",
    ".heic",
    ".heif",
    ".jfif",
    ".jpe",
    ".jpeg",
    ".jpg",
    ".jp2",
    ".pgm",
    ".png",
    ".ppm",
    ".tif",
    ".tiff",
    ".webp",
)
"""File names a person may pick in a dialog; files are opened by content, not by name."""

MAX_FILE_PIXELS = 200_000_000
"""The largest phone cameras make pictures of this size. Beyond it stand decompression bombs."""

MAX_PIXELS = 16_000_000
"""Larger pictures are reduced to this when loaded."""

WORKING_PIXELS = 3_000_000
"""Reading needs no more: half of a 12-megapixel photograph's resolution."""

CLOSE_PIXELS = 12_000_000
"""Tiny digits need more."""

SMALLEST_PIXELS = 160_000
"""Smaller pictures, such as one of MNIST's, are enlarged for reading."""

_LONGEST_PX = 4_000
"""No side is enlarged beyond this: a picture one pixel high would become a mile wide."""

_MAX_DECODED_PIXELS = 110_000_000  # Bounds memory where a format can't be reduced as it is read.

# Formats read pixels only: no scripts, vector drawings or documents.
_FORMATS: tuple[str, ...] = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")

_ROTATIONS = {
    3: (cv2.ROTATE_180, False),
    6: (cv2.ROTATE_90_CLOCKWISE, False),
    8: (cv2.ROTATE_90_COUNTERCLOCKWISE, False),
    2: (None, True),
    4: (cv2.ROTATE_180, True),
    5: (cv2.ROTATE_90_CLOCKWISE, True),
    7: (cv2.ROTATE_90_COUNTERCLOCKWISE, True),
}
"""EXIF orientation -> turn, then mirror left and right."""

_LIGHT_INK = 0.3
"""On white, ink on a transparent ground less dark than this could not be seen."""

# Pillow only warns, and by a number that today's phones exceed; `_decode` refuses, by ours.
Image.MAX_IMAGE_PIXELS = None


def load_image(source: Path | bytes) -> Picture:
    """Open a photograph, scan or drawing.

    Parameters
    ----------
    source : Path or bytes
        A picture file, or the content of one. Of an animation the first frame is taken.

    Returns
    -------
    (H, W, 3) uint8
        RGB, turned upright, of at most `MAX_PIXELS`. Transparent parts are white, or black
        where the ink is too light to be seen on white.

    Raises
    ------
    ImageError
        If the file can't be opened, holds no picture, is damaged, or is too large.
    """
    if isinstance(source, bytes):
        return _decode(BytesIO(source), "The pasted picture")
    name = f"“{source.name}”"
    try:
        if source.is_dir():
            raise ImageError(f"{name} is a folder.", "Open the pictures inside it.")
        if source.exists() and not source.is_file():
            raise ImageError(f"{name} is not a file.", "Open a photo or a scan.")
        with source.open("rb") as file:
            return _decode(file, name)
    except FileNotFoundError as error:
        raise ImageError(f"{name} was not found.", "Check the name and the folder.") from error
    except PermissionError as error:
        raise ImageError(
            f"{name} may not be read by you.", "Change its permissions, or copy it first."
        ) from error
    except (OSError, ValueError) as error:  # A network drive gone, a name that can't be one.
        raise ImageError(f"{name} could not be read: {error}.", "Try again.") from error


def fit_working_size(picture: Picture, closer: float = 1.0) -> tuple[Picture, float]:
    """Scale a picture to the resolution that reading works at.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        Any picture.
    closer : float
        How many times as large tiny digits should be.

    Returns
    -------
    picture : (H, W, 3) uint8
        Of at least `SMALLEST_PIXELS`, unless it is much longer than wide, and at most
        `WORKING_PIXELS`, anti-aliased; looked at more closely, of at most `CLOSE_PIXELS`.
    scale : float
        Its width divided by the original's.
    """
    height, width = picture.shape[:2]
    pixels = min(max(height * width, SMALLEST_PIXELS), WORKING_PIXELS)
    if closer > 1:
        pixels = max(pixels, min(round(pixels * closer**2), CLOSE_PIXELS))
    scale = (pixels / (height * width)) ** 0.5
    return resize(picture, min(scale, max(1.0, _LONGEST_PX / max(height, width))))


def resize(picture: Picture, scale: float) -> tuple[Picture, float]:
    """Return a picture of another size, anti-aliased, and `scale`."""
    if scale == 1:
        return picture, scale
    height, width = picture.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(picture, size, interpolation=interpolation)
    return resized.astype(np.uint8, copy=False), scale


def _decode(file: BinaryIO, name: str) -> Picture:
    header = file.read(12)
    file.seek(0)
    if not header:
        raise ImageError(f"{name} is empty.", "Save or copy it again.")
    formats = _FORMATS
    if header[4:8] == b"ftyp":
        _enable_heif()
        formats += ("HEIF",)
    try:
        image = Image.open(file, formats=formats)
    except UnidentifiedImageError as error:
        raise ImageError(
            f"{name} is no picture digitpad can open.",
            "Open a JPEG, PNG, HEIC, WebP, TIFF, GIF or BMP file.",
        ) from error
    except Exception as error:
        raise _damaged(name) from error
    with image:
        _check_size(image, name)
        try:
            return _to_picture(image)
        except Exception as error:
            raise _damaged(name) from error


def _damaged(name: str) -> ImageError:
    # Pillow's decoders answer a damaged file with errors of many kinds, SyntaxError included.
    return ImageError(f"{name} is damaged or incomplete.", "Copy it again from where it came from.")


@cache
def _enable_heif() -> None:
    from pillow_heif import register_heif_opener  # Slow to import, and seldom needed.

    register_heif_opener()


def _check_size(image: Image.Image, name: str) -> None:
    width, height = image.size
    if width * height <= MAX_FILE_PIXELS:
        image.draft("RGB", _fitting_size(width, height))  # JPEG is reduced as it is read.
        if image.width * image.height <= _MAX_DECODED_PIXELS:
            return
    raise ImageError(
        f"{name} is too large: {width} × {height} pixels.",
        "Crop it, or save it at a smaller size.",
    )


def _fitting_size(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, (MAX_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _to_picture(image: Image.Image) -> Picture:
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    pixels = _flatten(image)
    height, width = pixels.shape[:2]
    pixels, _ = resize(pixels, min(1.0, (MAX_PIXELS / (height * width)) ** 0.5))
    turn, is_mirrored = _ROTATIONS.get(orientation, (None, False))
    if turn is not None:
        pixels = cv2.rotate(pixels, turn).astype(np.uint8, copy=False)
    if is_mirrored:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    return pixels


def _flatten(image: Image.Image) -> Picture:
    if image.mode[0] in "IF":
        return np.asarray(Image.fromarray(_to_eight_bits(np.asarray(image))).convert("RGB"))
    if image.has_transparency_data:
        return _composite(image.convert("RGBA"))
    return np.asarray(image.convert("RGB"))


def _to_eight_bits(values: NDArray[np.generic]) -> Picture:
    # Pillow would clip at 255. The depth is that of the sensor, which the file doesn't tell:
    # the least that holds the brightest pixel.
    finite = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    finite -= min(0.0, float(finite.min()))
    brightest = float(finite.max())
    is_unit = values.dtype.kind == "f" and brightest <= 1
    white = 1.0 if is_unit else 2.0 ** max(8, int(brightest).bit_length()) - 1
    return np.round(finite * (255 / white)).astype(np.uint8)


def _composite(image: Image.Image) -> Picture:
    on_white = _paste_on(image, "white")
    if image.getchannel("A").getextrema() == (255, 255):
        return on_white
    # Seen on white, the darkest of a white pen's strokes is still nearly white.
    darkness = 1 - float(np.percentile(on_white.min(axis=2), 0.1)) / 255
    return on_white if darkness >= _LIGHT_INK else _paste_on(image, "black")


def _paste_on(image: Image.Image, color: str) -> Picture:
    ground = Image.new("RGBA", image.size, color)
    ground.alpha_composite(image)
    return np.asarray(ground.convert("RGB"))
