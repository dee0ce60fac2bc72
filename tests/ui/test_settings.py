from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from digitpad.ui.settings import MAX_RECENT_FILES, Settings
from digitpad.ui.theme import Theme


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some" / "settings.ini"


def test_values_come_back(file: Path) -> None:
    settings = Settings(file)
    settings.set("theme", Theme.DARK)
    settings.set("pen_px", 22)
    settings.set("pane", False)
    settings.set("geometry", QByteArray(b"\x00\x01 anything, %"))
    settings.set_mapping("training", {"epochs": 3, "data": "C:\\Ünï, = ;"})
    settings.set_recent_files([Path("/a/ä, b;.json"), Path("/c.png")])
    settings.save()

    again = Settings(file)
    assert again.choice("theme", Theme.SYSTEM) is Theme.DARK
    assert again.number("pen_px", 16, range(4, 41)) == 22
    assert again.flag("pane", True) is False
    assert again.blob("geometry").data() == b"\x00\x01 anything, %"
    assert again.mapping("training") == {"epochs": "3", "data": "C:\\Ünï, = ;"}
    assert again.recent_files() == [Path("/a/ä, b;.json"), Path("/c.png")]


def test_only_the_newest_files_are_kept(file: Path) -> None:
    settings = Settings(file)

    settings.set_recent_files(Path(f"/{number}.png") for number in range(30))

    assert len(settings.recent_files()) == MAX_RECENT_FILES


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe garbage \x80" * 50,
        b"[General\ntheme=dark\n=\n[[[",
        b"[General]\ntheme=purple\npen_px=-3\npane=maybe\ngeometry=%%%\n",
        b"[General]\ntheme=@Invalid()\npen_px=@Variant(\\0)\npane=1, 2\ngeometry=@ByteArray(x)\n",
        b"[General]\npen_px=" + b"9" * 5000 + b"\n",
        b"[General]\npen_px=99999999999999999999999\n[recent]\n0=@Rect(1 2 3 4)\n",
    ],
)
def test_a_damaged_file_counts_as_none_and_is_written_again(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)

    settings = Settings(file)

    assert settings.choice("theme", Theme.SYSTEM) in Theme
    assert settings.number("pen_px", 16, range(4, 41)) == 16
    assert settings.flag("pane", True) is True
    assert settings.blob("geometry").isEmpty()
    assert settings.recent_files() == []
    settings.set("pen_px", 20)
    settings.save()
    assert Settings(file).number("pen_px", 16, range(4, 41)) == 20


def test_a_file_that_cant_be_written_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(tmp_path / "file" / "settings.ini")

    settings.set("pen_px", 20)
    settings.save()

    assert "settings.ini" in caplog.text
