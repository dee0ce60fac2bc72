import contextlib
import io
import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from digitpad.core.errors import ImageError
from digitpad.core.images import (
    IMAGE_SUFFIXES,
    MAX_PIXELS,
    SMALLEST_PIXELS,
    WORKING_PIXELS,
    fit_working_size,
    load_image,
)
from tests.rights import ordinary_rights


def corner_marked() -> Image.Image:
    """Return a light picture, wider than high, whose upper left quarter is dark red."""
    picture = Image.new("RGB", (60, 40), (230, 230, 230))
    picture.paste((120, 10, 10), (0, 0, 30, 20))
    return picture


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def assert_corner_marked(pixels: np.ndarray, tolerance: int = 12) -> None:
    assert pixels.shape == (40, 60, 3)
    assert pixels.dtype == np.uint8
    assert pixels[8, 8].tolist() == pytest.approx((120, 10, 10), abs=tolerance)
    assert pixels[32, 52].tolist() == pytest.approx((230, 230, 230), abs=tolerance)


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [
        ("PNG", ".png"),
        ("JPEG", ".jpg"),
        ("BMP", ".bmp"),
        ("TIFF", ".tif"),
        ("WEBP", ".webp"),
        ("PPM", ".ppm"),
        ("AVIF", ".avif"),
    ],
)
def test_formats(tmp_path: Path, kind: str, suffix: str) -> None:
    file = tmp_path / f"photo of mine – 5{suffix}"
    corner_marked().save(file, kind, **({"quality": 95} if kind == "JPEG" else {}))

    assert_corner_marked(load_image(file))
    assert suffix in IMAGE_SUFFIXES


def test_heic(tmp_path: Path) -> None:
    file = tmp_path / "IMG_0001.HEIC"
    pillow_heif.from_pillow(corner_marked()).save(file, quality=95)

    assert_corner_marked(load_image(file))
    assert ".heic" in IMAGE_SUFFIXES


def test_content_counts_and_not_the_name(tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(encode(corner_marked(), "BMP"))

    assert_corner_marked(load_image(file))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(orientation: int) -> None:
    upright = corner_marked()
    # How a camera stores the picture so that the tag undoes it.
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation

    assert_corner_marked(load_image(encode(stored, "PNG", exif=exif)))


@pytest.mark.parametrize("mode", ["P", "RGBA", "CMYK"])
def test_modes(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    picture = corner_marked().quantize(8) if mode == "P" else corner_marked().convert(mode)

    assert_corner_marked(load_image(encode(picture, kind)))


def test_cmyk_jpeg() -> None:
    data = encode(corner_marked().convert("CMYK"), "JPEG", quality=95)

    assert_corner_marked(load_image(data), 25)


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_grey_modes(mode: str) -> None:
    picture = Image.new("L", (20, 10), 255)
    picture.paste(0, (0, 0, 10, 10))

    pixels = load_image(encode(picture.convert(mode), "PNG"))

    assert (pixels[:, :10] == 0).all()
    assert (pixels[:, 10:] == 255).all()


@pytest.mark.parametrize("bits", [10, 12, 16])
def test_sixteen_bits_are_scaled_and_not_clipped(bits: int) -> None:
    top = 2**bits - 1
    ramp = np.linspace(0, top, 100).astype(np.uint16)[np.newaxis].repeat(8, axis=0)

    pixels = load_image(encode(Image.fromarray(ramp), "PNG"))

    assert pixels[0, :, 1].astype(float) == pytest.approx(np.linspace(0, 255, 100), abs=1)


@pytest.mark.parametrize("top", [1.0, 255.0])
def test_floating_point_pixels(top: float) -> None:
    ramp = np.linspace(0, top, 100, dtype=np.float32)[np.newaxis].repeat(8, axis=0)
    ramp[0, 0] = np.nan

    pixels = load_image(encode(Image.fromarray(ramp), "TIFF"))

    assert pixels[1, :, 1].astype(float) == pytest.approx(np.linspace(0, 255, 100), abs=1)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [((0, 0, 0), 255), ((200, 30, 30), 255), ((255, 255, 255), 0), ((255, 240, 200), 0)],
)
def test_transparent_paper_shows_the_ink(ink: tuple[int, int, int], paper: int) -> None:
    drawing = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    drawing.paste((*ink, 255), (35, 10, 45, 70))

    pixels = load_image(encode(drawing, "PNG"))

    assert tuple(pixels[40, 40]) == ink
    assert (pixels[5, 5] == paper).all()


def test_transparent_palette_of_a_gif() -> None:
    drawing = Image.new("P", (40, 40), 0)
    drawing.putpalette([9, 9, 9, 20, 20, 20])
    drawing.paste(1, (18, 5, 22, 35))

    pixels = load_image(encode(drawing, "GIF", transparency=0))

    assert (pixels[0, 0] == 255).all()
    assert (pixels[20, 20] == 20).all()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_first_frame_of_an_animation(kind: str) -> None:
    second = Image.new("RGB", (60, 40), (0, 0, 255))
    options = {"lossless": True} if kind == "WEBP" else {}

    data = encode(corner_marked(), kind, save_all=True, append_images=[second], **options)

    assert_corner_marked(load_image(data))


def test_large_photo_is_reduced(tmp_path: Path) -> None:
    file = tmp_path / "48-megapixel.jpg"
    large = Image.new("L", (8000, 6000), 200)
    large.paste(20, (0, 0, 4000, 3000))
    large.save(file)

    pixels = load_image(file)

    assert pixels.shape[0] * pixels.shape[1] <= MAX_PIXELS * 1.001
    assert pixels.shape[1] / pixels.shape[0] == pytest.approx(4 / 3, abs=0.01)
    height, width = pixels.shape[:2]
    assert pixels[height // 4, width // 4, 0] in range(17, 24)
    assert pixels[3 * height // 4, 3 * width // 4, 0] in range(197, 204)


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [12_000, 50_000, 2**31 - 1])
def test_decompression_bomb_is_refused(side: int) -> None:
    with pytest.raises(ImageError, match=r"too large|damaged") as caught:
        load_image(png_header(side, side))
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"", b"12345", b"hello, world\n" * 50, bytes(500)])
def test_no_picture(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "notes.png"
    file.write_bytes(content)

    with pytest.raises(ImageError, match=r"notes\.png") as caught:
        load_image(file)
    assert caught.value.hint


def test_postscript_and_svg_are_no_pictures() -> None:
    for content in (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"<svg xmlns='x'/>"):
        with pytest.raises(ImageError, match="no picture"):
            load_image(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "AVIF"])
def test_incomplete_picture(kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    data = encode(Image.fromarray(noise), kind)

    with pytest.raises(ImageError) as caught:
        load_image(data[: len(data) // 2])
    assert caught.value.hint


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"gone\.png.*not found"):
        load_image(tmp_path / "gone.png")


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="folder"):
        load_image(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_device() -> None:
    with pytest.raises(ImageError, match="not a file"):
        load_image(Path(os.devnull))


def test_no_rights(tmp_path: Path) -> None:
    file = tmp_path / "secret.png"
    file.write_bytes(encode(corner_marked(), "PNG"))
    file.chmod(0)

    with ordinary_rights(), pytest.raises(ImageError, match="may not be read"):
        load_image(file)


def test_impossible_name() -> None:
    with pytest.raises(ImageError):
        load_image(Path("a\0b.png"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"]),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8
    ),
)
def test_damaged_files_open_or_say_so(kind: str, changes: list[tuple[float, int]]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = bytearray(encode(corner_marked(), kind, **({"exif": exif} if kind == "JPEG" else {})))
    for place, value in changes:
        data[int(place * len(data))] = value

    with contextlib.suppress(ImageError):  # Anything else fails the test.
        assert load_image(bytes(data)).ndim == 3


@pytest.mark.parametrize("shape", [(4000, 2), (1, 9000), (1, 700)])
def test_thin_pictures_are_not_enlarged_without_end(shape: tuple[int, int]) -> None:
    for closer in (1.0, 3.0):
        working, _ = fit_working_size(np.zeros((*shape, 3), np.uint8), closer)

        assert max(working.shape) <= max(4000, *shape)


@pytest.mark.parametrize("shape", [(28, 28), (700, 900), (3000, 4000), (9000, 300)])
def test_working_size(shape: tuple[int, int]) -> None:
    picture = np.zeros((*shape, 3), np.uint8)

    working, scale = fit_working_size(picture)

    assert SMALLEST_PIXELS * 0.98 <= working.shape[0] * working.shape[1] <= WORKING_PIXELS * 1.02
    assert working.shape[0] == pytest.approx(shape[0] * scale, abs=1)
    assert working.shape[1] == pytest.approx(shape[1] * scale, abs=1)
