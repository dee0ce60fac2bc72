import threading

import pytest
from pytestqt.qtbot import QtBot

from digitpad.core.errors import StorageError
from digitpad.ui.background.job_queue import JobQueue


class Asker:
    """Asks for jobs, and takes down what it is told, and on which thread."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.threads: set[int] = set()
        self.jobs = JobQueue("tests")

    def tell(self, what: object) -> None:
        self.told.append(what)
        self.threads.add(threading.get_ident())


@pytest.fixture
def asker(qtbot: QtBot) -> Asker:
    return Asker()


def test_jobs_are_done_in_order_elsewhere_and_answered_here(qtbot: QtBot, asker: Asker) -> None:
    def work(number: int) -> tuple[int, int]:
        return number, threading.get_ident()

    for number in range(20):
        asker.jobs.ask(lambda number=number: work(number), asker.tell, asker.tell)
    qtbot.waitUntil(lambda: len(asker.told) == 20)

    assert [number for number, _ in asker.told] == list(range(20))  # type: ignore[misc]
    assert len({thread for _, thread in asker.told}) == 1  # type: ignore[misc]
    assert asker.threads == {threading.get_ident()}
    assert asker.told[0][1] not in asker.threads  # type: ignore[index]
    asker.jobs.close()


def test_what_fails_is_told_and_the_next_is_done(qtbot: QtBot, asker: Asker) -> None:
    error = StorageError("The disk is full.")

    def fail() -> None:
        raise error

    asker.jobs.ask(fail, asker.tell, lambda error: asker.tell(("failed", error)))
    asker.jobs.ask(lambda: "done", asker.tell, asker.tell)
    qtbot.waitUntil(lambda: len(asker.told) == 2)

    assert asker.told == [("failed", error), "done"]
    asker.jobs.close()


def test_a_bug_is_passed_on_and_the_next_is_done(qtbot: QtBot, asker: Asker) -> None:
    with qtbot.waitSignal(asker.jobs.crashed) as crashed:
        asker.jobs.ask(lambda: 1 // 0, asker.tell, asker.tell)
    asker.jobs.ask(lambda: "done", asker.tell, asker.tell)
    qtbot.waitUntil(lambda: asker.told == ["done"])

    assert isinstance(crashed.args[0], ZeroDivisionError)
    asker.jobs.close()


def test_closing_waits_for_all_and_nothing_is_done_after(qtbot: QtBot, asker: Asker) -> None:
    done: list[int] = []
    for number in range(50):
        asker.jobs.ask(lambda number=number: done.append(number), asker.tell, asker.tell)

    asker.jobs.close()

    assert done == list(range(50))
    asker.jobs.ask(lambda: done.append(99), asker.tell, asker.tell)
    asker.jobs.close()
    assert 99 not in done


def test_closing_can_drop_what_waits(qtbot: QtBot, asker: Asker) -> None:
    done: list[str] = []

    def work() -> None:
        thread = asker.jobs._thread
        while thread is not None and not thread.is_dropping:
            threading.Event().wait(0.001)
        done.append("first")

    asker.jobs.ask(work, asker.tell, asker.tell)
    asker.jobs.ask(lambda: done.append("second"), asker.tell, asker.tell)

    asker.jobs.close(drops_waiting=True)

    assert "second" not in done


def test_the_last_thing_is_done_on_the_thread_if_there_is_one(asker: Asker) -> None:
    idle, done = JobQueue("nothing"), []
    idle.close(finish=lambda: done.append("idle"))
    asker.jobs.ask(lambda: done.append("job"), lambda _: None, lambda _: None)
    asker.jobs.close(finish=lambda: done.append(threading.get_ident()))

    assert done[0] == "job"
    assert done[1] not in ("idle", threading.get_ident())
    assert len(done) == 2


def test_the_last_thing_is_done_though_what_waits_is_not(asker: Asker) -> None:
    is_under_way, may_end = threading.Event(), threading.Event()

    def work() -> None:
        is_under_way.set()
        assert may_end.wait(60)

    done: list[str] = []
    asker.jobs.ask(work, lambda _: None, lambda _: None)
    asker.jobs.ask(lambda: done.append("waited"), lambda _: None, lambda _: None)
    assert is_under_way.wait(60)
    threading.Timer(0.1, may_end.set).start()
    asker.jobs.close(drops_waiting=True, finish=lambda: done.append("the last"))

    assert done == ["the last"]
