"""Which model was active when, so that the one before can be had again."""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from digitpad.core.files import write_atomically

_KEPT = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Activation:
    """A model became the active one.

    Parameters
    ----------
    place : str
        Of its folder in the library, which outlives the name; empty if only the name is known.
    name : str
        What it was called then.
    time : str
        ISO 8601 date and time, UTC; empty if not known.
    is_return : bool
        Whether it was rolled back to.
    """

    place: str
    name: str
    time: str = ""
    is_return: bool = False

    def __post_init__(self) -> None:
        if not all(isinstance(text, str) for text in (self.place, self.name, self.time)):
            raise TypeError("a text is something else")

    def is_of(self, other: "Activation") -> bool:
        """Whether the same model became active."""
        return (self.place or self.name) == (other.place or other.name)


class ModelHistory:
    """The choices of a model, kept in one file.

    Parameters
    ----------
    file : Path
        Whole or not there, whatever happens. An earlier digitpad wrote but the last name in it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def activations(self) -> tuple[Activation, ...]:
        """Return every choice that is remembered, the latest last; none at the first start."""
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
            entries = content.get("history", [{"place": "", "name": content["name"]}])
            # What a later digitpad adds is left out.
            return tuple(
                Activation(
                    entry["place"],
                    entry["name"],
                    entry.get("time", ""),
                    entry.get("is_return", False),
                )
                for entry in entries
            )
        except FileNotFoundError:
            return ()
        except (
            OSError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            reason = getattr(error, "strerror", None) or error
            _log.warning("the choice of model can't be read, so it is the default: %s.", reason)
            return ()

    def add(self, place: str, name: str, is_return: bool = False) -> None:
        """Remember that a model became active now.

        Raises
        ------
        StorageError
            If it can't be written; the choice is as it was.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entries = [*self.activations(), Activation(place, name, now, is_return)][-_KEPT:]
        # An earlier digitpad finds the name here.
        content = {"name": name, "history": [asdict(entry) for entry in entries]}
        write_atomically(self._file, json.dumps(content, indent=1))

    def earlier(self) -> tuple[Activation, ...]:
        """Return what was active before what is now, the latest first; none of it rolled back."""
        stack: list[Activation] = []
        for entry in self.activations():
            if entry.is_return:
                while stack and not stack[-1].is_of(entry):
                    stack.pop()
            if not stack or not stack[-1].is_of(entry):
                stack.append(entry)
        return tuple(reversed(stack[:-1]))
