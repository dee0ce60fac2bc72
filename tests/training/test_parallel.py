import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from digitpad.core.errors import DatasetError
from digitpad.training.parallel import count_jobs, work_through
from tests.processes import has_ended


def prepare(factor: int) -> Callable[[int], tuple[int, int]]:
    return partial(multiply, factor)


def multiply(factor: int, number: int) -> tuple[int, int]:
    if number == 13:
        raise DatasetError("13 can't be worked on.", "Leave it out.")
    if number == 17:
        os._exit(9)
    return factor * number, os.getpid()


def test_the_results_keep_their_order_whatever_the_processes() -> None:
    one = list(work_through(partial(prepare, 3), range(10), jobs=1))
    two = list(work_through(partial(prepare, 3), range(10), jobs=2))

    assert [result for result, _ in one] == [result for result, _ in two] == list(range(0, 30, 3))
    assert {process for _, process in one} == {os.getpid()}
    assert os.getpid() not in {process for _, process in two}


def test_an_error_of_the_work_is_passed_on() -> None:
    with pytest.raises(DatasetError, match="13") as caught:
        list(work_through(partial(prepare, 3), range(10, 20), jobs=2))

    assert caught.value.hint == "Leave it out."


def prepare_nothing() -> Callable[[int], int]:
    raise EOFError("half a file")


def test_an_error_of_preparing_is_passed_on_with_its_place() -> None:
    with pytest.raises(EOFError, match="half a file") as caught:
        list(work_through(prepare_nothing, range(2), jobs=2))

    assert "in prepare_nothing" in caught.value.__notes__[0]


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(DatasetError, match="died, twice, with status 9"):
        list(work_through(partial(prepare, 3), range(14, 20), jobs=2))


@pytest.mark.skipif(sys.platform != "linux", reason="waits for a process that is no child")
def test_processes_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, signal\n"
        "from functools import partial\n"
        "from digitpad.training.parallel import work_through\n"
        "def work(number):\n"
        "    return os.getpid()\n"
        "def prepare():\n"
        "    return work\n"
        "if __name__ == '__main__':\n"
        "    processes = work_through(prepare, range(100), jobs=2)\n"
        "    print(next(processes), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    finished = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False, timeout=100
    )

    assert has_ended(int(finished.stdout))


def test_a_job_a_core_while_memory_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("cores are counted otherwise here")
    memory = {"SC_PHYS_PAGES": 1_000_000, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(os, "sysconf", lambda name: memory[name])
    counts = {}
    for cores in (1, 4, 64):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        counts[cores] = count_jobs()

    assert counts == {1: 1, 4: 4, 64: 6}
