"""What holds for every command."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from digitpad import __version__
from digitpad.__main__ import main
from digitpad.cli.numbers import parse_names
from tests.cli.conftest import Digitpad

posix_only = pytest.mark.skipif(os.name == "nt", reason="measures and signals as POSIX does")


@pytest.mark.parametrize("option", ["--version", "--help"])
@posix_only
def test_the_first_questions_are_answered_at_once(option: str) -> None:
    def measure() -> float:
        # Processor time, so that a busy machine doesn't count.
        child = subprocess.Popen(
            [sys.executable, "-m", "digitpad", option], stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0
        return usage.ru_utime + usage.ru_stime

    assert min(measure() for _ in range(3)) < 0.3


def test_the_version(digitpad: Digitpad) -> None:
    assert digitpad("--version").stdout == f"digitpad {__version__}\n"


def test_help_names_every_command(digitpad: Digitpad) -> None:
    shown = digitpad("--help")

    assert shown.returncode == 0
    for command in ("read", "evaluate", "train", "models"):
        assert f"  {command} " in shown.stdout


@pytest.mark.parametrize("arguments", [["--unknown"], ["read"], ["evaluate", "nowhere"]])
def test_bad_input_in_a_terminal(digitpad: Digitpad, arguments: list[str]) -> None:
    finished = digitpad(*arguments)

    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr


@pytest.mark.parametrize("command", ["read", "evaluate", "train", "models"])
def test_every_command_explains_itself(digitpad: Digitpad, command: str) -> None:
    shown = digitpad(command, "--help")

    assert shown.returncode == 0
    assert f"digitpad {command}" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--unknown"],
        ["read"],
        ["read", "--unknown", "x.png"],
        ["evaluate"],
        ["evaluate", "a", "b"],
        ["evaluate", "nowhere"],
        ["evaluate", "."],
        ["evaluate", ".", "--writers", "5-2"],
        ["evaluate", ".", "--writers", "1,,2"],
        ["evaluate", "x.jsonl", "--model", "nobody"],
        ["train", "--architecture", "resnet"],
        ["train", "--data", "nowhere"],
        ["train", "--epochs", "many"],
        ["train", "--epochs", "0", "--download"],
        ["train", "--learning-rate", "nan", "--download"],
        ["train", "--name", "", "--download"],
        ["train", "--pen", "--download"],
        ["train", "--output", ".", "--download"],
        ["train", "--output", "new", "--activate", "--download"],
        ["models", "delete"],
        ["models", "show", "nobody"],
        ["models", "activate", "nobody"],
        ["models", "activate", "../../etc"],
    ],
    ids=" ".join,
)
def test_bad_input_is_a_sentence_and_status_2(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # In this process, because there are so many.
    monkeypatch.chdir(tmp_path)
    try:
        status: object = main(arguments)
    except SystemExit as end:
        status = end.code

    shown = capsys.readouterr()
    assert (status, shown.out) == (2, "")
    assert "digitpad" in shown.err
    assert len(shown.err.splitlines()) < 40


@posix_only
def test_a_closed_pipe_ends_the_command_quietly(tmp_path: Path, drawing_file: Path) -> None:
    for arguments in (["models"], ["read", "--json", *[str(drawing_file)] * 3]):
        process = subprocess.Popen(
            [sys.executable, "-m", "digitpad", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        with process, process.stderr:
            message = process.stderr.read()

        assert (process.returncode, message) == (0, b"")


@posix_only
def test_ctrl_c_ends_the_command_quietly(drawing_file: Path) -> None:
    # More than fits into the pipe, so it still writes when the signal comes.
    process = subprocess.Popen(
        [sys.executable, "-m", "digitpad", "read", "--json", *[str(drawing_file)] * 2_000],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=120)

    assert (process.returncode, message) == (130, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are always text")
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_names_that_are_no_text_are_shown_all_the_same(
    drawing_file: Path, tmp_path: Path, encoding: str
) -> None:
    odd = os.fsencode(tmp_path) + b"/gr\xfcn \xe2\x82\xac.json"
    Path(os.fsdecode(odd)).write_bytes(drawing_file.read_bytes())

    finished = subprocess.run(
        [sys.executable, "-m", "digitpad", "read", odd, drawing_file],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        check=True,
        timeout=120,
    )

    assert finished.stdout.count(b": 31 85\n") == 2


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1", ("1",)),
        ("1-3", ("1", "2", "3")),
        ("25-26,7, 9", ("25", "26", "7", "9")),
        ("ann,bob-2", ("ann", "bob-2")),
        ("3-3", ("3",)),
    ],
)
def test_ranges_stand_for_each_number(text: str, names: tuple[str, ...]) -> None:
    assert parse_names(text) == names


def test_a_damaged_bundled_model_is_a_sentence(tmp_path: Path, drawing_file: Path) -> None:
    program = (
        "import sys, pathlib; from digitpad import paths, __main__;"
        "paths.bundled_models = lambda: pathlib.Path('nowhere');"
        f"sys.exit(__main__.main(['read', {str(drawing_file)!r}]))"
    )

    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120
    )

    assert finished.returncode == 2
    assert "default" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_mistyped_command_opens_no_window(digitpad: Digitpad) -> None:
    refused = digitpad("raed")

    assert refused.returncode == 2
    assert "there is no command or file “raed”" in refused.stderr
