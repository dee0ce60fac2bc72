"""`digitpad models`: the library of models."""

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from digitpad import paths
from digitpad.cli.exit_status import OK
from digitpad.cli.library import open_library
from digitpad.core.errors import ModelError
from digitpad.services.folder_trash import KEPT_DAYS
from digitpad.services.models.archive import EXPORT_SUFFIXES, export_model
from digitpad.services.models.imports import IMPORT_SUFFIXES, ModelImport, describe_import
from digitpad.services.models.library import Model
from digitpad.services.models.speed import SPEEDS_FILE, ModelSpeeds, measure_size
from digitpad.services.models.trash import TrashedModel

Act = Callable[[argparse.Namespace], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = "List models (an asterisk marks the active one), and all there is to them."
    parser.set_defaults(act=_list, name=None, measure=False)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", prog="digitpad models")

    def add(act: Act, usage: str, text: str) -> argparse.ArgumentParser:
        """Add an action; a bracketed NAME may be left out."""
        action, *names = usage.split()
        made = actions.add_parser(action, help=text, description=f"{text[0].upper()}{text[1:]}.")
        made.set_defaults(act=act)
        for name in names:
            plain = name.strip("[]")
            made.add_argument(plain.lower(), metavar=plain, nargs="?" if plain != name else None)
        return made

    listed = add(_list, "list [NAME]", "list all models")
    listed.add_argument("--measure", action="store_true", help="how long each takes for a digit")
    add(_show, "show [NAME]", "print the card of a model, the active one if none is named")
    add(_activate, "activate [NAME]", "choose which model reads from now on")
    add(_roll_back, "rollback", "choose the model that was active before, again and again")
    add(_print_history, "history", "tell which model became active when")
    add(_rename, "rename NAME NEW", "call one of your models something else")
    add(_note, "note NAME [TEXT]", "print the note on a model, or write it; “” takes it away")
    add(_duplicate, "duplicate NAME [NEW]", "copy a model; a copy of a bundled one is yours")
    add(_delete, "delete NAME", f"move one of your models to the trash, for {KEPT_DAYS} days")
    trash = actions.add_parser(
        "trash", help="list what is in the trash, restore a model, or empty it"
    )
    trash.set_defaults(act=_trash)
    trash.add_argument("what", nargs="?", choices=("list", "restore", "empty"), default="list")
    trash.add_argument("name", nargs="?", metavar="NAME", help="of the model to restore")
    reset = add(_reset, "reset", "let the default model read again, as when digitpad was new")
    reset.add_argument("--trash-own", action="store_true", help="and move your models to the trash")
    imported = add(_import, "import FILE", f"import a {_either(IMPORT_SUFFIXES)} file")
    imported.add_argument("--name", help="what to call it")
    imported.add_argument("--activate", action="store_true", help="and read with it from now on")
    add(_export, "export NAME FILE", f"write a model to a {_either(EXPORT_SUFFIXES)} file")


def run(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    options.act(options)
    return OK


def _list(options: argparse.Namespace) -> None:
    if options.name is not None:
        raise ModelError(
            f"All models are listed, not “{options.name}” alone.",
            f"See one with: digitpad models show {shlex.quote(options.name)}",
        )
    library = open_library()
    speeds = ModelSpeeds(paths.user_models() / SPEEDS_FILE)
    active = library.active_name()
    for model in library.models():
        mark = "*" if model.name == active else " "
        accuracy = model.card.metrics.get("mnist_test")
        figure = f"{accuracy:.2%} on MNIST" if accuracy is not None else "not measured"
        count = f"{model.card.parameters:,}" if model.card.parameters else "?"
        speed = speeds.measure(model) if options.measure else speeds.find(model)
        print(
            f"{mark} {model.name:<32} {model.card.architecture:<14} {figure:<16} "
            f"{count:>11} parameters {measure_size(model) / 1e6:>7.2f} MB"
            + (f" {speed:>7.3f} ms a digit" if speed is not None else "")
        )


def _show(options: argparse.Namespace) -> None:
    library = open_library()
    model = library.find(options.name) if options.name else library.active()
    print(model.card.to_json(), end="")


def _activate(options: argparse.Namespace) -> None:
    if options.name is None:
        raise ModelError("Which model is to be active?", "Name it: digitpad models activate NAME.")
    _say_active(open_library().activate(options.name))


def _roll_back(options: argparse.Namespace) -> None:
    _say_active(open_library().roll_back(), " again")


def _print_history(options: argparse.Namespace) -> None:
    for entry in open_library().history():
        how = "rolled back to" if entry.is_return else "chosen"
        print(f"{entry.time or 'earlier':<26} {how:<15} {entry.name}")


def _rename(options: argparse.Namespace) -> None:
    model = open_library().rename(options.name, options.new)
    print(f"“{options.name}” is called “{model.name}” now.")


def _note(options: argparse.Namespace) -> None:
    library = open_library()
    if options.text is None:
        note = library.look_up(options.name).read_note()
        print(note, end="" if note.endswith("\n") else "\n" * bool(note))
        return
    library.write_note(options.name, options.text)
    print(f"The note on “{options.name}” is {'kept' if options.text.strip() else 'gone'}.")


def _duplicate(options: argparse.Namespace) -> None:
    model = open_library().duplicate(options.name, options.new)
    print(f"“{model.name}” is a copy of “{options.name}”.")


def _delete(options: argparse.Namespace) -> None:
    print(open_library().delete(options.name).sentence)
    print(f"Get it back with: digitpad models trash restore {shlex.quote(options.name)}")


def _trash(options: argparse.Namespace) -> None:
    library = open_library()
    if options.what == "restore":
        model = library.restore(_find_trashed(library.trash(), options.name).key)
        print(f"“{model.name}” is among your models again.")
        return
    if options.name is not None:
        raise ModelError(
            f"The whole trash is {'listed' if options.what == 'list' else 'emptied'}, not "
            f"“{options.name}” alone.",
            f"Restore one with: digitpad models trash restore {shlex.quote(options.name)}",
        )
    if options.what == "empty":
        count = library.empty_trash()
        print(f"{count} {'model is' if count == 1 else 'models are'} gone for good.")
        return
    for trashed in library.trash():
        print(f"{trashed.deleted:%Y-%m-%d %H:%M} UTC  {trashed.name}")


def _find_trashed(trash: tuple[TrashedModel, ...], name: str | None) -> TrashedModel:
    if name is None:
        raise ModelError(
            "Which model is to be restored?", "Name it: digitpad models trash restore NAME."
        )
    # Of several with the same name, the one deleted last.
    found = next((trashed for trashed in trash if trashed.name == name), None)
    if found is None:
        raise ModelError(
            f"There is no model “{name}” in the trash.", "See it with: digitpad models trash"
        )
    return found


def _reset(options: argparse.Namespace) -> None:
    library = open_library()
    trashed = library.reset(trash_own=options.trash_own)
    _say_active(library.default())
    for model in trashed:
        print(f"“{model.name}” is in the trash.")


def _import(options: argparse.Namespace) -> None:
    library = open_library()
    job = ModelImport(library, Path(options.file), options.name)
    model = job.run(lambda text: print(f"{text} …", file=sys.stderr))
    if model is None:
        return
    sentence, hint = describe_import(model)
    print(sentence)
    if hint:
        print(hint, file=sys.stderr)
    if options.activate:
        _say_active(library.activate(model.name))


def _export(options: argparse.Namespace) -> None:
    export_model(open_library().find(options.name), Path(options.file))
    print(f"“{options.name}” is in “{options.file}”.")


def _say_active(model: Model, how: str = "") -> None:
    print(f"“{model.name}” is active{how}.")


def _either(suffixes: tuple[str, ...]) -> str:
    return f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"
