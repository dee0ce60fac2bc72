"""What the window remembers from one start to the next."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QSettings

MAX_RECENT_FILES = 10
_LONGEST_NUMBER = 20

_log = logging.getLogger(__name__)

_Choice = TypeVar("_Choice", bound=Enum)


class Settings:
    """Values by name in an INI file; a damaged file or value counts as not there.

    Everything is written as plain text: Qt's own encoding of other types would be decoded
    unchecked, and a file is easily damaged.

    Parameters
    ----------
    file : Path
        Where they are; made when first needed.
    """

    def __init__(self, file: Path) -> None:
        self._stored = QSettings(str(file), QSettings.Format.IniFormat)

    def choice(self, name: str, default: _Choice) -> _Choice:
        """Return a member of `default`'s enumeration."""
        try:
            return type(default)(self._text(name))
        except ValueError:
            return default

    def number(self, name: str, default: int, allowed: range) -> int:
        """Return a whole number, `default` unless it is in `allowed`."""
        text = self._text(name)
        # Python refuses to read numbers of thousands of figures.
        is_number = text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER
        value = int(text) if is_number else default
        return value if value in allowed else default

    def flag(self, name: str, default: bool) -> bool:
        """Return yes or no."""
        return {"true": True, "false": False}.get(self._text(name), default)

    def blob(self, name: str) -> QByteArray:
        """Return bytes; empty if there are none."""
        try:
            return QByteArray(base64.b64decode(self._text(name), validate=True))
        except (binascii.Error, ValueError):
            return QByteArray()

    def recent_files(self) -> list[Path]:
        """Return the files opened or saved last, newest first."""
        # Another window may have opened some meanwhile.
        self._stored.sync()
        names = (self._text(f"recent/{index}") for index in range(MAX_RECENT_FILES))
        return [Path(name) for name in names if name]

    def set_recent_files(self, files: Iterable[Path]) -> None:
        """Remember the first `MAX_RECENT_FILES` of `files`."""
        self._stored.remove("recent")
        for index, file in enumerate(list(files)[:MAX_RECENT_FILES]):
            self._stored.setValue(f"recent/{index}", str(file))
        self._stored.sync()

    def mapping(self, group: str) -> dict[str, str]:
        """Return all texts of a group, by name."""
        names = (key.split("/", 1) for key in self._stored.allKeys())
        return {
            parts[1]: self._text("/".join(parts))
            for parts in names
            if parts[0] == group and parts[1:]
        }

    def set_mapping(self, group: str, values: Mapping[str, object]) -> None:
        """Remember the texts of `values` as a group."""
        for name, value in values.items():
            self._stored.setValue(f"{group}/{name}", str(value))

    def set(self, name: str, value: Enum | int | bool | QByteArray) -> None:
        """Remember a value."""
        if isinstance(value, Enum):
            text = str(value.value)
        elif isinstance(value, bool):
            text = str(value).lower()
        elif isinstance(value, QByteArray):
            text = base64.b64encode(value.data()).decode("ascii")
        else:
            text = str(value)
        self._stored.setValue(name, text)

    def save(self) -> None:
        """Write everything to the file now; a failure is logged, and costs no more than that."""
        self._stored.sync()
        if self._stored.status() == QSettings.Status.AccessError:
            _log.warning("the settings can't be written to “%s”", self._stored.fileName())

    def _text(self, name: str) -> str:
        value = self._stored.value(name, "")
        return value if isinstance(value, str) else ""
