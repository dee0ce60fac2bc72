"""Waiting for what samples are asked of another thread."""

from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.samples.records import Sample
from digitpad.services.samples.store import SampleStore
from digitpad.ui.background.sample_keeper import SampleKeeper


def wait_for(qtbot: QtBot, keeper: SampleKeeper) -> None:
    """Wait until everything that was asked of a keeper is done, and answered."""
    done: list[object] = []
    keeper.ask(lambda store: None, done.append, on_failed=done.append)
    qtbot.waitUntil(lambda: bool(done))


def load_kept() -> list[Sample]:
    """Return all samples there are, those kept first first."""
    with SampleStore(paths.samples_file()) as store:
        return store.load(store.find()[::-1])


def keep(*samples: Sample) -> list[int]:
    """Keep samples; return their ids."""
    with SampleStore(paths.samples_file()) as store:
        return store.add(samples)
