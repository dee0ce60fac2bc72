"""`digitpad read`: pictures and saved drawings -> text or JSON lines."""

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from digitpad.cli.exit_status import FAILED, NOTHING_FOUND, OK, complain
from digitpad.cli.library import find_model
from digitpad.core.errors import DigitpadError
from digitpad.core.reading import Digit, Reading
from digitpad.services.recognition import Recognizer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = "Read pictures and saved drawings, and print what they say."
    parser.epilog = (
        "Exit status: 0; 1 if nothing was found in any file; 2 if a file could not be read."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")
    parser.add_argument("--model", metavar="NAME", help="read with this model, not the active one")


def run(options: argparse.Namespace) -> int:
    """Read every file that can be read, and complain of the others."""
    recognizer = Recognizer(find_model(options.model))
    has_failed = has_found = False
    for file in options.files:
        try:
            reading = recognizer.read_file(file)
        except DigitpadError as error:
            complain(error)
            has_failed = True
            continue
        has_found = has_found or bool(reading.lines)
        if options.json:
            print(json.dumps({"file": str(file)} | _describe(reading)), flush=True)
        elif len(options.files) == 1:
            print(reading.text)
        else:
            print(f"{file}: {' '.join(reading.text.split())}", flush=True)
    if has_failed:
        return FAILED
    return OK if has_found else NOTHING_FOUND


def _describe(reading: Reading) -> dict[str, Any]:
    return {
        "text": reading.text,
        "lines": [[_describe_digit(digit) for digit in line] for line in reading.lines],
        "elapsed_ms": round(reading.elapsed_ms, 3),
    }


def _describe_digit(digit: Digit) -> dict[str, Any]:
    return {
        "label": digit.label,
        "confidence": round(digit.confidence, 6),
        "probabilities": [round(float(probability), 6) for probability in digit.probabilities],
        "box": [round(value, 2) for value in dataclasses.astuple(digit.box)],
    }
