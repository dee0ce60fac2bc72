import errno
import multiprocessing
import os
import signal
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from digitpad.core.locks import hold_lock, is_held


def _hold_for_ever(file: Path, held: Event) -> None:
    with hold_lock(file):
        held.set()
        signal.pause()


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_whoever_is_killed_lets_go(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    holder = context.Process(target=_hold_for_ever, args=(tmp_path / "lock", held))
    holder.start()
    assert held.wait(120)
    assert is_held(tmp_path / "lock")
    os.kill(holder.pid or 0, signal.SIGKILL)

    with hold_lock(tmp_path / "lock"):
        holder.join()
    assert not is_held(tmp_path / "lock")


def test_looking_takes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    assert not is_held(file)
    assert not file.exists()
    with hold_lock(file):
        assert is_held(file)
        assert is_held(file)
    assert not is_held(file)
    with hold_lock(file):
        assert is_held(file)
    assert not is_held(tmp_path / "missing" / "lock")
    assert not is_held(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="locks otherwise")
def test_a_drive_without_locks_does_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", fail)
    number = errno.ENOLCK
    with hold_lock(tmp_path / "lock"):
        assert not is_held(tmp_path / "lock")
    number = errno.EIO
    with pytest.raises(OSError, match=os.strerror(errno.EIO)), hold_lock(tmp_path / "lock"):
        pass
