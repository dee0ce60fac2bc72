"""The same work on many things, on all cores."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait
from typing import Any, TypeVar

import cv2

from digitpad.core.errors import DatasetError

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Item], Result]

_AHEAD = 4
"""Things a process has waiting, so that it never waits itself."""


def work_through(
    prepare: Callable[[], Work[Item, Result]], items: Iterable[Item], jobs: int | None = None
) -> Iterator[Result]:
    """Do the same work on each item, and yield the results in the items' order.

    Parameters
    ----------
    prepare : callable
        Called once in each process; returns the work, which may hold what is slow to load. It is
        sent to the processes, so it is a function of a module, or a `functools.partial` of one.
    items : iterable
        What is worked on; a few at a time are taken.
    jobs : int or None
        Processes; None for one a core. The results don't depend on it.

    Yields
    ------
    Result
        Of each item.

    Raises
    ------
    DatasetError
        If a process died, for want of memory say. What the work itself raises is raised as well.
    """
    count = jobs or os.cpu_count() or 1
    if count == 1:
        work = prepare()
        yield from (work(item) for item in items)
        return
    # Not forked: the parent may have threads, which a fork would leave behind half-way.
    pool = ProcessPoolExecutor(
        count, multiprocessing.get_context("spawn"), initializer=_start, initargs=(prepare,)
    )
    waiting: list[Future[Result]] = []
    remaining = iter(items)
    try:
        for item in islice(remaining, count * _AHEAD):
            waiting.append(pool.submit(_work, item))
        while waiting:
            result = waiting.pop(0).result()
            waiting += [pool.submit(_work, item) for item in islice(remaining, 1)]
            yield result
    except BrokenProcessPool as error:
        raise DatasetError(
            "A process that worked on the data died.", "Free some memory, or use fewer jobs."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


class _Process:
    """What this process does; set once, when it starts."""

    work: Work[Any, Any]


def _start(prepare: Callable[[], Work[Any, Any]]) -> None:
    # Ctrl+C in a terminal reaches every process; the parent ends this one in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)  # The other cores have work of their own.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Process.work = staticmethod(prepare())


def _end_with_parent() -> None:
    # A parent that was killed can't end this process, which would wait for work for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(item: Any) -> Any:
    return _Process.work(item)
