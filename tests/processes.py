"""What Linux tells of other processes."""

import os
import select
import subprocess
from pathlib import Path

_PATIENCE_S = 120


def child_processes(process_id: int) -> set[int]:
    """Return the ids of a process's children; none if it has ended."""
    children: set[int] = set()
    for listed in Path(f"/proc/{process_id}/task").glob("*/children"):
        try:
            children |= {int(number) for number in listed.read_text().split()}
        except OSError:
            continue  # A thread that has just ended.
    return children


def has_ended(process_id: int) -> bool:
    """Return whether a process has ended, or does so before long."""
    try:
        process = os.pidfd_open(process_id)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], _PATIENCE_S)[0])
    finally:
        os.close(process)


def wait_for_lines(file: Path, count: int) -> None:
    """Return as soon as a file that another process writes has so many lines."""
    # It follows the file by inotify, from before it is there.
    command = ["tail", "--follow=name", "--retry", "--lines=+1", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as tail:
        assert tail.stdout is not None
        try:
            while count > 0:
                assert select.select([tail.stdout], [], [], _PATIENCE_S)[0], f"{count} are missing"
                count -= os.read(tail.stdout.fileno(), 100_000).count(b"\n")
        finally:
            tail.kill()
