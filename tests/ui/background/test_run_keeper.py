"""Jobs on the runs' folders, one after the other, off the GUI thread."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from digitpad.core.errors import DigitpadError, TrainingError
from digitpad.services.runs.records import RunCatalog
from digitpad.ui.background.run_keeper import RunKeeper
from tests.run_folders import make_run


@pytest.fixture
def keeper(qtbot: QtBot, tmp_path: Path) -> Iterator[RunKeeper]:
    keeper = RunKeeper(tmp_path / "runs")
    yield keeper
    keeper.close()


def test_jobs_are_done_in_order_elsewhere_and_answered_here(
    keeper: RunKeeper, qtbot: QtBot
) -> None:
    make_run(keeper.runs)
    answers: list[object] = []
    catalogs: list[RunCatalog] = []

    def work(catalog: RunCatalog) -> tuple[str, int]:
        catalogs.append(catalog)
        return threading.current_thread().name, len(catalog.records())

    for _ in range(3):
        keeper.ask(work, lambda found: answers.append((threading.current_thread().name, *found)))
    qtbot.waitUntil(lambda: len(answers) == 3)

    here = threading.current_thread().name
    assert {(answer[0], answer[2]) for answer in answers} == {(here, 1)}
    assert all(answer[1] != here for answer in answers)
    assert len({id(catalog) for catalog in catalogs}) == 1


def test_a_failure_is_told_to_whoever_asked_or_else_to_all(keeper: RunKeeper, qtbot: QtBot) -> None:
    def fail(catalog: RunCatalog) -> None:
        raise TrainingError("It is under way.", "Wait.")

    told: list[DigitpadError] = []
    with qtbot.assertNotEmitted(keeper.failed):
        keeper.ask(fail, pytest.fail, told.append)
        qtbot.waitUntil(lambda: len(told) == 1)
    with qtbot.waitSignal(keeper.failed) as failed:
        keeper.ask(fail, pytest.fail)

    assert failed.args[0].message == told[0].message == "It is under way."


def test_a_bug_is_reported_and_ends_no_other_job(keeper: RunKeeper, qtbot: QtBot) -> None:
    with qtbot.waitSignal(keeper.crashed) as crashed:
        keeper.ask(lambda catalog: 1 / 0, pytest.fail)
    with qtbot.waitCallback() as answered:
        keeper.ask(lambda catalog: "done", answered)

    assert isinstance(crashed.args[0], ZeroDivisionError)
    answered.assert_called_with("done")


def test_closing_waits_for_what_was_asked(keeper: RunKeeper, tmp_path: Path) -> None:
    file = tmp_path / "done"
    release = threading.Event()
    keeper.ask(lambda catalog: release.wait(120))
    keeper.ask(lambda catalog: file.write_text("yes"))
    threading.Timer(0.05, release.set).start()

    keeper.close()

    assert file.read_text() == "yes"
    keeper.close()


def test_after_it_was_closed_nothing_is_asked_any_more(keeper: RunKeeper, qtbot: QtBot) -> None:
    keeper.close()

    keeper.ask(lambda catalog: pytest.fail("it was done"), pytest.fail)

    assert not keeper.findChildren(QThread)
