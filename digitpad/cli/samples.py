"""`digitpad samples`: the digits a person kept."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from tqdm import tqdm

from digitpad import paths
from digitpad.cli.exit_status import FAILED, OK, complain
from digitpad.cli.library import find_model
from digitpad.cli.numbers import parse_names
from digitpad.core.errors import SampleError
from digitpad.services.batch_reading import name_model
from digitpad.services.samples.archive import restore_archive, write_archive
from digitpad.services.samples.exports import EXPORT_FORMATS, ExportFormat, export_samples
from digitpad.services.samples.imports import import_samples
from digitpad.services.samples.predictions import judge_samples
from digitpad.services.samples.records import Sample, SampleFilter, Source
from digitpad.services.samples.store import KEPT_DELETED_DAYS, SampleStore

_LISTED_FAILURES = 20
_PAGE = 1000
_FORMATS = {form.name: form for form in EXPORT_FORMATS}

Act = Callable[[argparse.Namespace, SampleStore], int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = "The digits you kept: count, import, export, back up, correct, delete."
    parser.set_defaults(act=_count, json=False, **dict.fromkeys(_FILTERS))
    actions = parser.add_subparsers(title="actions", metavar="ACTION", prog="digitpad samples")

    def add(name: str, act: Act, text: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        action.set_defaults(act=act)
        return action

    listed = add("list", _list, "count samples, or list each of them")
    listed.add_argument("--each", action="store_true", help="a line a sample, newest first")
    listed.add_argument("--json", action="store_true", help="the same as JSON")
    imported = add("import", _import, "keep labelled digits; what was imported before stays one")
    imported.add_argument(
        "place",
        type=Path,
        metavar="PATH",
        help="a folder of pictures whose names begin with the digit they show, or that lie in "
        "folders 0 to 9; an IDX file beside its other half; an npz file",
    )
    imported.add_argument("--model", metavar="NAME", help="to read pictures with")
    exported = add("export", _export, "write samples out")
    exported.add_argument("output", type=Path, metavar="OUT", help="a file, or a new folder")
    exported.add_argument("--format", choices=_FORMATS, help="png if OUT is to be a folder")
    backed_up = add("backup", _back_up, "write all samples into one file")
    backed_up.add_argument("file", type=Path, metavar="FILE", help="a zip archive")
    restored = add("restore", _restore, "bring back what a backup has and you have not")
    restored.add_argument("file", type=Path, metavar="FILE", help="as “backup” wrote it")
    restored.add_argument(
        "--replace", action="store_true", help="and delete what the backup has not"
    )
    relabelled = add("relabel", _relabel, "say what samples really show")
    relabelled.add_argument("digit", type=int, choices=range(10), metavar="DIGIT", help="0 to 9")
    deleted = add("delete", _delete, f"delete samples; {KEPT_DELETED_DAYS} days to undelete them")
    undeleted = add("undelete", _undelete, "bring deleted samples back")
    for action in (relabelled, deleted, undeleted):
        action.add_argument("ids", type=int, nargs="*", metavar="ID")
    for action in (listed, exported, relabelled, deleted):
        _add_filters(action)


_FILTERS = ("label", "source", "since", "until", "disagree")


def _add_filters(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("only samples").add_argument
    add("--label", type=_parse_labels, metavar="DIGITS", help="of these digits: 3,4 or 0-4")
    add("--source", type=Source, choices=list(Source), nargs="+", help="that came about like this")
    add("--since", type=_parse_day, metavar="DAY", help="kept on this day or later: 2026-11-22")
    add("--until", type=_parse_day, metavar="DAY", help="kept on this day or before")
    add("--disagree", action="store_true", default=None, help="that the model reads otherwise")
    add("--model", metavar="NAME", help="which model, for --disagree; the active one if not given")


def run(options: argparse.Namespace) -> int:
    """Open the samples, and do what was asked for."""
    with SampleStore(paths.samples_file()) as store:
        if store.notice is not None:
            complain(store.notice)
        status: int = options.act(options, store)
        store.back_up()
    return status


def _list(options: argparse.Namespace, store: SampleStore) -> int:
    if not options.each:
        return _count(options, store)
    ids = store.find(_filter(options, store))
    show = _to_json if options.json else _to_line
    for start in range(0, len(ids), _PAGE):
        for sample in store.load(ids[start : start + _PAGE], is_whole=False):
            print(show(sample))
    return OK


def _count(options: argparse.Namespace, store: SampleStore) -> int:
    counts = store.count(_filter(options, store))
    if options.json:
        kinds = [
            {"label": label, "source": source.value, "samples": count}
            for (label, source), count in sorted(counts.by_kind.items())
        ]
        print(json.dumps({"samples": counts.total, "kinds": kinds}))
        return OK
    if not counts.total:
        _say("There are no samples. Correct what was read in the window, or import some.")
        return OK
    print("digit" + "".join(f"{source.value:>10}" for source in Source) + f"{'all':>10}")
    for label in range(10):
        row = [counts.by_kind.get((label, source), 0) for source in Source]
        print(f"{label:5}" + "".join(f"{count:10,}" for count in (*row, counts.of_label(label))))
    row = [counts.of_source(source) for source in Source]
    print("  all" + "".join(f"{count:10,}" for count in (*row, counts.total)))
    return OK


def _import(options: argparse.Namespace, store: SampleStore) -> int:
    model = find_model(options.model)
    with _bar("sample") as show:
        result = import_samples(store, options.place, model, show)
    known = f"; {result.known:,} were there already" if result.known else ""
    print(f"{_samples(result.added)} added{known}.")
    for failure in result.failures[:_LISTED_FAILURES]:
        complain(failure)
    more = len(result.failures) - _LISTED_FAILURES
    if more > 0:
        _say(f"… and {more:,} more that could not be read")
    return FAILED if result.failures else OK


def _export(options: argparse.Namespace, store: SampleStore) -> int:
    form = _choose_format(options)
    ids = store.find(_filter(options, store))
    export_samples(store, ids, options.output, form)
    print(f"{_samples(len(ids))} in “{options.output}”.")
    return OK


def _back_up(options: argparse.Namespace, store: SampleStore) -> int:
    count = write_archive(store, options.file)
    print(f"{_samples(count)} in “{options.file}”.")
    return OK


def _restore(options: argparse.Namespace, store: SampleStore) -> int:
    before = store.count().total
    added = len(restore_archive(store, options.file, is_replacing=options.replace))
    deleted = before + added - store.count().total
    gone = f", {deleted:,} deleted" if deleted else ""
    print(f"{_samples(added)} added{gone}.")
    return OK


def _relabel(options: argparse.Namespace, store: SampleStore) -> int:
    ids = _chosen(options, store)
    store.relabel(dict.fromkeys(ids, options.digit))
    print(f"{_samples(len(ids))} labelled {options.digit}.")
    return OK


def _delete(options: argparse.Namespace, store: SampleStore) -> int:
    ids = _chosen(options, store)
    store.delete(ids)
    listed = " ".join(map(str, ids[:_LISTED_FAILURES]))
    more = " …" * (len(ids) > _LISTED_FAILURES)
    print(
        f"{_samples(len(ids))} deleted; for {KEPT_DELETED_DAYS} days they can be brought back: "
        f"digitpad samples undelete {listed}{more}"
    )
    return OK


def _undelete(options: argparse.Namespace, store: SampleStore) -> int:
    if not options.ids:
        raise SampleError("Which samples are to come back?", "Give their numbers.")
    _check_ids(options.ids, store)
    store.restore(options.ids)
    print(f"{_samples(len(options.ids))} brought back.")
    return OK


def _chosen(options: argparse.Namespace, store: SampleStore) -> list[int]:
    """Return the ids that were given, or those that filters find."""
    has_filter = any(getattr(options, name) is not None for name in _FILTERS)
    if bool(options.ids) == has_filter:
        raise SampleError(
            "Which samples?",
            "Give their numbers, as “digitpad samples list --each” shows them, or say which with "
            "--label, --source, --since, --until or --disagree, but not both.",
        )
    if not has_filter:
        return _check_ids(options.ids, store)
    ids = store.find(_filter(options, store))
    if not ids:
        raise SampleError("There are no such samples.", "See what there is: digitpad samples")
    return ids


def _check_ids(ids: list[int], store: SampleStore) -> list[int]:
    missing = set(ids) - store.labels(ids).keys()
    if missing:
        raise SampleError(
            f"There is no sample {min(missing)}.",
            "See which there are: digitpad samples list --each",
        )
    return list(dict.fromkeys(ids))


def _filter(options: argparse.Namespace, store: SampleStore) -> SampleFilter:
    judge = ""
    if options.disagree:
        model = find_model(options.model)
        with _bar("sample") as show:
            judge_samples(store, model, show)
        judge = name_model(model)
    return SampleFilter(
        labels=frozenset(options.label or ()),
        sources=frozenset(options.source or ()),
        since=options.since,
        until=options.until and options.until + timedelta(days=1),
        disagrees_with=judge,
    )


def _choose_format(options: argparse.Namespace) -> ExportFormat:
    if options.format is not None:
        return _FORMATS[options.format]
    suffix = options.output.suffix.lower()
    form = next((form for form in EXPORT_FORMATS if form.suffix == suffix), None)
    if form is None:
        raise SampleError(
            f"In which format is “{options.output}”?", f"Add --format {', '.join(_FORMATS)}."
        )
    return form


def _to_line(sample: Sample) -> str:
    created = f"{sample.created.astimezone():%Y-%m-%d %H:%M}"
    line = f"{sample.id:8}  {sample.label}  {_read(sample):10}  {sample.source:9}  {created}"
    return f"{line}  {sample.origin}".rstrip()


def _read(sample: Sample) -> str:
    if sample.predicted is None:
        return ""
    label = sample.predicted.label
    return f"read as {'?' if label is None else label}"


def _to_json(sample: Sample) -> str:
    predicted = sample.predicted
    return json.dumps(
        {
            "id": sample.id,
            "label": sample.label,
            "source": sample.source.value,
            "origin": sample.origin,
            "created": sample.created.isoformat(timespec="seconds"),
            "read": predicted.label if predicted else None,
            "confidence": predicted.confidence if predicted else None,
            "model": predicted.model if predicted else None,
        }
    )


def _parse_labels(text: str) -> tuple[int, ...]:
    names = parse_names(text)
    if not all(name.isascii() and name.isdigit() and int(name) < 10 for name in names):
        raise argparse.ArgumentTypeError(f"“{text}” is not of digits, 0 to 9")
    return tuple(map(int, names))


def _parse_day(text: str) -> datetime:
    try:
        # The days of whoever asks, not of Greenwich.
        return datetime.strptime(text, "%Y-%m-%d").astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no day such as 2026-11-22") from error


@contextmanager
def _bar(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows progress, in a terminal alone."""
    with tqdm(unit=unit, disable=None, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def _samples(count: int) -> str:
    return f"{count:,} sample{'s' * (count != 1)}"


def _say(sentence: str) -> None:
    print(f"digitpad: {sentence}", file=sys.stderr)
