"""`digitpad read` on folder trees: what is found, what is listed, and going on after the worst."""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad.__main__ import main
from digitpad.core.rasterization import rasterize
from tests.cli.conftest import Digitpad
from tests.processes import child_processes, has_ended, wait_for_lines
from tests.written_digits import write_digit

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals and names as POSIX has them")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
NUMBER = "314726580"

MANY, SLOW = 15, 10
"""So many pictures there are, and this one is not read before the run is interrupted."""

# Runs in every process, before anything else: the slow picture takes until its parent has ended.
DELAY = f"""
import os, select, sys
parent = os.pidfd_open(os.getppid())
def wait(event, arguments):
    if event == "open" and str(arguments[0]).endswith("{SLOW:03d}.png"):
        select.select([parent], [], [])
sys.addaudithook(wait)
"""


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return pictures of the digits of `NUMBER`."""
    folder = tmp_path_factory.mktemp("originals")
    for digit in NUMBER:
        ink = cv2.resize(np.pad(rasterize(write_digit(digit)), 50), (200, 200))
        assert cv2.imwrite(str(folder / f"{digit}.png"), 250 - 220 * ink)
    return [folder / f"{digit}.png" for digit in NUMBER]


@pytest.fixture
def tree(tmp_path: Path, originals: list[Path]) -> Path:
    """Return a tree of nine pictures, of which one is damaged, and what lies about besides."""
    top = tmp_path / "here" / "photos"
    for number, original in enumerate(originals):
        folder = top / f"{number // 4}"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(original, folder / f"{number}.png")
    (top / "1" / "5.png").write_bytes(b"no picture")
    (top / "1" / "notes.txt").write_text("hello")
    (top / "1" / "5.png.json").write_text("{}")
    return top


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, originals: list[Path]) -> Path:
    """Return a folder of pictures with a damaged one among them."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(MANY):
        shutil.copy(originals[number % len(originals)], folder / f"{number:03d}.png")
    (folder / "002.png").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def whole(many: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return what a run writes that nobody interrupts."""
    outputs = [tmp_path_factory.mktemp("whole") / name for name in ("whole.jsonl", "whole.csv")]
    for output in outputs:
        assert main(["read", str(many), "--output", str(output), "--jobs", "1"]) == 2
    return {output.suffix: without_times(output) for output in outputs}


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start `digitpad read` on what is in the folder `here`."""

    def run(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "digitpad", "read", *arguments],
            cwd=tmp_path / "here",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    return run


def count_lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0


def without_times(file: Path) -> list[str]:
    """Return the lines of a results file, in order, without how long anything took."""
    text = file.read_text("utf-8")
    # What could not be read is tried again, and so may come last.
    return sorted(re.sub(r'"elapsed_ms": [\d.]+|,\d+\.\d{3},', "", text).splitlines())


def test_a_tree_is_read_in_order_and_what_cant_be_read_is_listed(
    digitpad: Digitpad, tree: Path
) -> None:
    finished = digitpad("read", "photos", "--jobs", "2")

    expected = [(n, digit) for n, digit in enumerate(NUMBER) if n != 5]
    lines = [f"{Path('photos', str(n // 4), f'{n}.png')}: {digit}" for n, digit in expected]
    assert finished.stdout.splitlines() == lines
    assert finished.returncode == 2
    (complaint,) = finished.stderr.splitlines()
    assert complaint.startswith(f"digitpad: {Path('photos', '1', '5.png')}: “5.png” is no picture")


def test_one_job_reads_what_two_do(digitpad: Digitpad, tree: Path) -> None:
    for jobs in ("1", "2"):
        digitpad("read", "photos", "--output", f"{jobs}.jsonl", "--jobs", jobs)

    one, two = (without_times(tree.parent / f"{jobs}.jsonl") for jobs in ("1", "2"))
    assert len(one) == 9
    assert one == two


def test_csv_for_a_spreadsheet(digitpad: Digitpad, tree: Path) -> None:
    printed = digitpad("read", "photos", "--csv").stdout
    digitpad("read", "photos", "--output", "results.csv")
    written = (tree.parent / "results.csv").read_text("utf-8-sig")

    for text in (printed, written):
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["text"] for row in rows] == [*NUMBER[:5], "", *NUMBER[6:]]
        assert [row["digits"] for row in rows] == ["1"] * 5 + [""] + ["1"] * 3
        assert "is no picture" in rows[5]["error"]
        assert all(float(row["least_confidence"]) > 0.5 for row in rows if not row["error"])
    assert (tree.parent / "results.csv").read_bytes().startswith(b"\xef\xbb\xbffile,text,")


def test_an_unreadable_file_is_an_object_in_json(digitpad: Digitpad, tree: Path) -> None:
    shown = digitpad("read", "photos", "--json").stdout

    contents = [json.loads(line) for line in shown.splitlines()]
    assert len(contents) == 9
    assert contents[5].keys() == {"file", "error", "hint", "bytes", "modified", "model"}


@pytest.mark.parametrize("inside", [(), ("notes.txt", ".hidden.png", "sub/movie.mp4")])
def test_a_folder_without_pictures(digitpad: Digitpad, tmp_path: Path, inside: tuple[str]) -> None:
    folder = tmp_path / "here" / "empty"
    folder.mkdir()
    for name in inside:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()

    finished = digitpad("read", "empty")

    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr == "digitpad: There are no pictures or drawings in “empty”.\n"


def test_twenty_complaints_are_enough(digitpad: Digitpad, tmp_path: Path) -> None:
    folder = tmp_path / "here" / "bad"
    folder.mkdir()
    for number in range(25):
        (folder / f"{number:02d}.png").write_bytes(b"no picture")

    finished = digitpad("read", "bad", "--output", "results.jsonl")

    assert finished.returncode == 2
    *complaints, more, summary = finished.stderr.splitlines()
    assert len(complaints) == 20
    assert more == "digitpad: … and 5 files more that could not be read; “results.jsonl” lists all"
    assert summary == ("digitpad: 25 files in “results.jsonl”, 25 of which could not be read.")
    assert count_lines(tmp_path / "here" / "results.jsonl") == 25


@linux_only
@pytest.mark.parametrize(
    ("how", "status", "output"),
    [
        (signal.SIGINT, 130, "results.jsonl"),
        (signal.SIGTERM, 130, "results.csv"),
        (signal.SIGKILL, -9, "results.jsonl"),
    ],
)
def test_an_interrupted_run_goes_on(
    start: Callable[..., subprocess.Popen[str]],
    digitpad: Digitpad,
    many: Path,
    whole: dict[str, list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: signal.Signals,
    status: int,
    output: str,
) -> None:
    results = tmp_path / "here" / output
    (tmp_path / "sitecustomize.py").write_text(DELAY)
    with monkeypatch.context() as patched:
        patched.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
        process = start(str(many), "--output", output, "--jobs", "2")
    wait_for_lines(results, 4)
    workers = child_processes(process.pid)

    # To all of the group, as a terminal and `timeout` do; SIGKILL to the parent alone.
    (os.kill if how == signal.SIGKILL else os.killpg)(process.pid, how)
    _, message = process.communicate(timeout=120)

    assert process.returncode == status
    # A table begins with a line of names.
    assert 4 <= count_lines(results) <= SLOW + (results.suffix == ".csv")
    assert workers
    assert all(map(has_ended, workers))
    if how != signal.SIGKILL:
        stopped, what_next = message.splitlines()
        assert re.fullmatch(rf"digitpad: stopped; \d+ files in “{output}”.", stopped)
        assert what_next == "digitpad: The same command goes on from there."
        assert "ended the process" not in results.read_text("utf-8")

    resumed = digitpad("read", many, "--output", output)

    assert resumed.returncode == 2
    already, summary = resumed.stderr.splitlines()[1:]
    assert re.fullmatch(rf"digitpad: resumed: \d+ of {MANY} files already read.", already)
    assert summary == f"digitpad: {MANY} files in “{output}”, 1 of which could not be read."
    assert without_times(results) == whole[results.suffix]


def test_going_on_reads_what_is_new_changed_or_was_unreadable(
    digitpad: Digitpad, tree: Path, originals: list[Path]
) -> None:
    digitpad("read", "photos", "--output", "results.jsonl")
    before = (tree.parent / "results.jsonl").read_text().splitlines()
    shutil.copy(originals[5], tree / "1" / "5.png")
    shutil.copy(originals[0], tree / "0" / "1.png")
    shutil.copy(originals[0], tree / "2" / "9.png")

    finished = digitpad("read", "photos", "--output", "results.jsonl")

    assert finished.returncode == 0
    assert "resumed: 7 of 10 files already read." in finished.stderr
    lines = (tree.parent / "results.jsonl").read_text().splitlines()
    assert lines[:7] == [line for n, line in enumerate(before) if n not in (1, 5)]
    texts = {Path(content["file"]).name: content["text"] for content in map(json.loads, lines)}
    assert texts == {f"{n}.png": digit for n, digit in enumerate("3347265803")}
    again = digitpad("read", "photos", "--output", "results.jsonl")
    assert (again.returncode, again.stdout) == (0, "")
    assert (tree.parent / "results.jsonl").read_text().splitlines() == lines


def test_output_among_the_pictures_is_none_of_them(digitpad: Digitpad, tree: Path) -> None:
    for _ in range(2):
        digitpad("read", "photos", "--output", "photos/0/results.json")

    assert count_lines(tree / "0" / "results.json") == 9


@linux_only
@pytest.mark.parametrize("options", [["--json"], ["--csv"]])
def test_odd_names(
    digitpad: Digitpad, originals: list[Path], tmp_path: Path, options: list[str]
) -> None:
    folder = tmp_path / "here"
    names = [os.fsdecode(b"gr\xfcn.png"), "€ 9,5;.png", "=1+1.png", "new\nline.png", "-x.png"]
    for name in names:
        shutil.copy(originals[0], folder / name)

    for _ in range(2):
        finished = digitpad("read", ".", "--output", "results", *options)
        assert finished.returncode == 0

    assert "resumed: 5 of 5 files already read." in finished.stderr
    text = (folder / "results").read_text("utf-8-sig")
    if options == ["--json"]:
        assert {json.loads(line)["file"] for line in text.splitlines()} == set(names)
    else:
        rows = list(csv.DictReader(io.StringIO(text)))
        assert {row["file"] for row in rows} == {
            r"gr\udcfcn.png",
            "€ 9,5;.png",
            "./=1+1.png",
            r"new\nline.png",
            "./-x.png",
        }


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_a_sentence(digitpad: Digitpad, tree: Path) -> None:
    finished = digitpad("read", "photos", "--output", "/dev/full", "--json")

    assert finished.returncode == 2
    (sentence,) = finished.stderr.splitlines()
    assert "“/dev/full” could not be written: No space left on device." in sentence


@linux_only
def test_a_bar_shows_how_far_it_is_and_how_long_it_takes(many: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from digitpad.__main__ import main; from digitpad.cli import read; "
        "read._BAR_DELAY_S = 0; sys.exit(main(sys.argv[1:]))"  # However quick the machine.
    )
    termios = pytest.importorskip("termios")
    screen, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    process = subprocess.Popen(
        [sys.executable, "-c", program, "read", str(many), "--output", str(tmp_path / "a.csv")],
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    with open(screen, "rb", buffering=0) as opened:  # noqa: PTH123
        try:
            while part := opened.read(10_000):
                shown += part
        except OSError:
            pass  # So a terminal ends that nobody writes to any more.

    assert process.wait(timeout=120) == 2
    assert re.search(rb"\d+%\|.*\| \d+/15 \[\d\d:\d\d<\d\d:\d\d, +[\d.]+(file/s|s/file)", shown)
    assert b"unreadable=1" in shown
    assert b"1 of which could not be read" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.png", "--jobs", "0"], "“0” is not a number from 1"),
        (["a.png", "--jobs", "many"], "“many” is not a number from 1"),
        (["a.png", "--json", "--csv"], "not allowed with"),
        (["a.png", "--output", "results.txt"], "Add --json or --csv."),
        (["a.png", "--output", "notes.csv"], "was not written by “digitpad read”"),
        (["a.png", "--output", "begun.csv", "--json"], "was begun as CSV, not as JSON lines"),
        (["a.png", "--output", "other.jsonl"], "was begun with the model “mine@1”"),
        (["a.png", "--output", "folder.csv"], "could not be written"),
    ],
)
def test_what_cant_be_done_is_said(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "notes.csv").write_text("my,own\n1,2\n")
    (tmp_path / "begun.csv").write_text(
        "\ufefffile,text,digits,least_confidence,error,elap", "utf-8"
    )
    record = {"file": "b.png", "lines": [], "bytes": 1, "modified": "", "model": "mine@1"}
    (tmp_path / "other.jsonl").write_text(json.dumps(record) + "\n")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}

    try:
        status: object = main(["read", *arguments])
    except SystemExit as end:
        status = end.code

    assert status == 2
    assert message in capsys.readouterr().err
    after = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    assert after == before
