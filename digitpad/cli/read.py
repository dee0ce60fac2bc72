"""`digitpad read`: pictures and saved drawings -> text, JSON lines or CSV."""

import argparse
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

from tqdm import tqdm

from digitpad.cli.exit_status import FAILED, INTERRUPTED, NOTHING_FOUND, OK, complain
from digitpad.cli.library import find_model
from digitpad.cli.numbers import parse_count
from digitpad.core.errors import DigitpadError
from digitpad.services.batch_reading import Result, name_model, read_files, read_here
from digitpad.services.models.library import Model
from digitpad.services.picture_files import SourceFile, find_files, is_folder
from digitpad.services.reading_records import (
    CSV_COLUMNS,
    Csv,
    JsonLines,
    RecordFormat,
    ResumableFormat,
    Text,
)
from digitpad.services.results_file import ResultsFile, open_results
from digitpad.training.parallel import count_jobs

_MOST_COMPLAINTS = 20
_BAR_DELAY_S = 1.0  # What is done by then needs no bar.
_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = (
        "Read pictures and saved drawings, and print what they say. In a folder everything below\n"
        "it is read, but for hidden files; on all cores, in order, in bounded memory."
    )
    parser.epilog = (
        "JSON has an object a line: file, text, lines of digits, elapsed_ms; or error and hint.\n"
        f"CSV has a row a file: {', '.join(CSV_COLUMNS[:5])},\n"
        f"{', '.join(CSV_COLUMNS[5:])}. Rows of the text are parted by “ | ”. Sort by\n"
        "least_confidence to see what needs a second look, and load text as text, not as numbers.\n"
        "\n"
        "A run with --output that was interrupted, by Ctrl+C or a power cut, goes on when the\n"
        "same command is given again: what FILE has is not read anew, but for files that have\n"
        "changed or could not be read.\n"
        "\n"
        "Exit status: 0; 1 if nothing was found in any file; 2 if a file could not be read;\n"
        "130 if it was interrupted."
    )
    add = parser.add_argument
    add("files", nargs="+", type=_parse_place, metavar="FILE_OR_FOLDER")
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help="one JSON object a file")
    formats.add_argument("--csv", action="store_true", help="one row a file, for a spreadsheet")
    add("--output", type=Path, metavar="FILE", help="write there, or go on with what is there")
    add("--jobs", type=parse_count, metavar="N", help="files to read at a time [one a core]")
    add("--model", metavar="NAME", help="read with this model, not the active one")


def _parse_place(text: str) -> Path:
    # A path without a name is the folder one is in; of a script's empty variable, nobody means it.
    if not text:
        raise argparse.ArgumentTypeError("the name of a file or folder is missing")
    return Path(text)


def run(options: argparse.Namespace) -> int:
    """Read every file that can be read, and list the others at the end."""
    model = find_model(options.model)
    with _ended_in_order():
        if options.output is None:
            return _read(options, model, _choose_format(options), None)
        record_format = _choose_resumable_format(options)
        with open_results(options.output, record_format, name_model(model)) as results:
            try:
                return _read(options, model, record_format, results)
            except KeyboardInterrupt:
                _say(f"stopped; {_count(results.files)} in “{results.path}”.")
                _say("The same command goes on from there.")
                return INTERRUPTED


def _read(
    options: argparse.Namespace,
    model: Model,
    record_format: RecordFormat,
    results: ResultsFile | None,
) -> int:
    progress = _Progress(options.files, options.output)
    waiting = _leave_out_done(find_files(options.files, options.output), results, progress)
    if len(options.files) == 1 and results is None and not is_folder(options.files[0]):
        reading = read_here(waiting, model, record_format)
    else:
        reading = read_files(waiting, model, record_format, options.jobs or count_jobs())
    if results is None:
        print(record_format.header, end="")
    has_digits = results is not None and results.has_digits
    # The processes end before anything else is done, whatever happens.
    with closing(progress), closing(reading):
        for result in reading:
            if results is None:
                print(result.line, end="", flush=True)
            else:
                results.append(result.line)
            has_digits = has_digits or result.has_digits
            progress.advance(result)
    progress.sum_up(results, has_digits)
    if progress.failures:
        return FAILED
    return OK if has_digits else NOTHING_FOUND


def _leave_out_done(
    files: Iterator[SourceFile], results: ResultsFile | None, progress: "_Progress"
) -> Iterator[SourceFile]:
    for file in files:
        if results is not None and results.has(file):
            progress.skip()
        else:
            yield file


class _Progress:
    """What was done so far: a bar in a terminal, and what is said at the end."""

    def __init__(self, given: list[Path], output: Path | None) -> None:
        self.failures = 0
        self._read = 0
        self._skipped = 0
        self._given = given
        self._complaints: list[DigitpadError] = []
        # Results that are shown in the same terminal are progress enough.
        is_shown = sys.stderr.isatty() and not (output is None and sys.stdout.isatty())
        self._bar = tqdm(unit="file", delay=_BAR_DELAY_S, disable=not is_shown, smoothing=0.1)
        self._is_closed = False
        if is_shown:
            threading.Thread(target=self._count, args=(output,), daemon=True).start()

    def advance(self, result: Result) -> None:
        """Count a file that was read, or could not be."""
        self._read += 1
        if result.error is not None:
            self.failures += 1
            if self.failures <= _MOST_COMPLAINTS:
                self._complaints.append(_locate(result.error, result.path))
            self._bar.set_postfix(unreadable=self.failures, refresh=False)
        self._bar.update()

    def skip(self) -> None:
        """Count a file that was read before."""
        self._skipped += 1
        if not self._bar.disable:
            # It counts for what is done, but not for how quickly.
            self._bar.initial += 1
            self._bar.last_print_n += 1
            self._bar.n += 1

    def close(self) -> None:
        """Take the bar away from what follows."""
        self._is_closed = True
        self._bar.close()

    def sum_up(self, results: ResultsFile | None, has_digits: bool) -> None:
        """Say what could not be read, whether there were digits, and how much was read."""
        for complaint in self._complaints:
            complain(complaint)
        more = self.failures - len(self._complaints)
        if more:
            listed = f"; “{results.path}” lists all" if results is not None else ""
            _say(f"… and {_count(more)} more that could not be read{listed}")
        total = self._read + self._skipped
        if not total:
            names = ", ".join(f"“{folder}”" for folder in self._given)
            _say(f"There are no pictures or drawings in {names}.")
        elif not has_digits and not self.failures:
            _say("No digits were found. “digitpad FILE” shows in the window what was looked at.")
        if self._skipped:
            _say(f"resumed: {self._skipped:,} of {_count(total)} already read.")
        if results is not None:
            failed = f", {self.failures:,} of which could not be read" * bool(self.failures)
            _say(f"{_count(results.files)} in “{results.path}”{failed}.")

    def _count(self, output: Path | None) -> None:
        """Find out how many files there are, while the first are read."""
        total = 0
        for _ in find_files(self._given, output):
            if self._is_closed:
                return
            total += 1
        self._bar.total = total


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM end the command as Ctrl+C does, and nothing disturb the clearing up."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        for handled in before:
            signal.signal(handled, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {
            number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)
        }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _choose_format(options: argparse.Namespace) -> RecordFormat:
    if options.json:
        return JsonLines()
    if options.csv:
        return Csv()
    return Text(has_names=len(options.files) > 1 or is_folder(options.files[0]))


def _choose_resumable_format(options: argparse.Namespace) -> ResumableFormat:
    suffix = options.output.suffix.lower()
    if options.json or (not options.csv and suffix in _JSON_SUFFIXES):
        return JsonLines()
    if options.csv or suffix == ".csv":
        return Csv()
    raise DigitpadError(f"In which format is “{options.output}”?", "Add --json or --csv.")


def _locate(error: DigitpadError, path: str) -> DigitpadError:
    # A message names the file, but not where it is, which in a tree says little.
    if path in str(error) or Path(path).parent == Path():
        return error
    return DigitpadError(f"{path}: {error.message}", error.hint)


def _count(files: int) -> str:
    return f"{files:,} file{'s' * (files != 1)}"


def _say(sentence: str) -> None:
    print(f"digitpad: {sentence}", file=sys.stderr)
