"""What Linux tells of other processes."""

from pathlib import Path


def child_processes(process_id: int) -> set[int]:
    """Return the ids of a process's children; none if it has ended."""
    children: set[int] = set()
    for listed in Path(f"/proc/{process_id}/task").glob("*/children"):
        try:
            children |= {int(number) for number in listed.read_text().split()}
        except OSError:
            continue  # A thread that has just ended.
    return children


def has_open(process_id: int, file: Path) -> bool:
    """Return whether a process has a file open."""
    try:
        return any(link.readlink() == file for link in Path(f"/proc/{process_id}/fd").iterdir())
    except OSError:
        return False  # It has just closed one, or ended.


def is_running(process_id: int) -> bool:
    """Return whether a process goes on; one that waits to be buried doesn't."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
