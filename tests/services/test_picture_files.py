import os
from pathlib import Path

import pytest

from digitpad.services.picture_files import find_files
from tests.written_digits import write

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need rights there")


def touch(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def names(top: Path, **arguments: Path) -> list[str]:
    return [str(Path(file.path).relative_to(top)) for file in find_files([top], **arguments)]


def test_a_tree_is_walked_in_order(tmp_path: Path) -> None:
    touch(*(tmp_path / name for name in ("b/2.png", "b/10.JPG", "a/deep/1.heic", "z.png", "A.bmp")))

    found = names(tmp_path)

    assert [name.replace(os.sep, "/") for name in found] == [
        "A.bmp",
        "z.png",
        "a/deep/1.heic",
        "b/10.JPG",
        "b/2.png",
    ]


def test_only_pictures_and_drawings_are_taken(tmp_path: Path) -> None:
    touch(*(tmp_path / name for name in ("a.txt", "jpg", "movie.mp4", ".hidden.png", ".git/x.png")))
    (tmp_path / "IMG_1.jpg.json").write_text('{"title": "IMG_1.jpg"}')
    (tmp_path / "drawing.json").write_text(write("4").to_json())

    assert names(tmp_path) == ["drawing.json"]


def test_a_file_is_taken_as_it_is_given(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    (tmp_path / "notes.txt").write_text("hello")

    found = list(find_files([gone, tmp_path / "notes.txt"]))

    assert [file.path for file in found] == [str(gone), str(tmp_path / "notes.txt")]
    assert [file.size_bytes for file in found] == [None, 5]


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0.png"])
def test_what_can_be_no_name_is_left_to_reading(name: str) -> None:
    (found,) = find_files([Path(name)])

    assert (found.size_bytes, found.error) == (None, None)


def test_a_file_has_its_time_to_the_microsecond(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    touch(file)
    os.utime(file, ns=(0, 1_700_000_000_123_456_789))

    (found,) = find_files([file])

    assert found.modified == "2023-11-14T22:13:20.123456+00:00"


def test_results_are_not_found_among_the_pictures(tmp_path: Path) -> None:
    touch(tmp_path / "results.png", tmp_path / "sub" / "results.png")

    assert names(tmp_path, leave_out=tmp_path / "sub" / ".." / "results.png") == [
        str(Path("sub", "results.png"))
    ]


@needs_links
def test_links_are_followed_once_and_may_lead_in_circles(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "1.png", tmp_path / "elsewhere" / "2.png")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "itself.png").symlink_to(tmp_path / "itself.png")

    found = list(find_files([tmp_path], leave_out=tmp_path / "elsewhere" / "itself.png"))

    assert [Path(file.path).name for file in found] == ["itself.png", "1.png", "2.png"]
    assert found[0].size_bytes is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")

    assert names(tmp_path) == []


def test_a_folder_that_cant_be_listed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "shut" / "1.png", tmp_path / "zoo" / "2.png")
    scan = os.scandir

    def refuse(folder: Path) -> object:
        if folder.name == "shut":
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    shut, other = find_files([tmp_path])

    assert "can't be listed: Permission denied" in str(shut.error)
    assert (other.path, other.error) == (str(tmp_path / "zoo" / "2.png"), None)


def test_only_what_is_asked_for_is_looked_at(tmp_path: Path) -> None:
    touch(*(tmp_path / f"{n}" / "1.png" for n in range(3)))
    files = find_files([tmp_path])
    next(files)

    (tmp_path / "2" / "1.png").unlink()

    assert len(list(files)) == 1
