from pathlib import Path

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from digitpad.core.errors import StorageError
from digitpad.ui.background.file_writer import FileWriter


def test_files_are_written_on_another_thread_or_the_failure_told(
    qtbot: QtBot, tmp_path: Path
) -> None:
    writer = FileWriter()
    threads: list[QThread] = []

    def encode() -> bytes:
        threads.append(QThread.currentThread())
        return b"content"

    with qtbot.waitSignal(writer.written) as written:
        writer.write(tmp_path / "file", encode)
    with qtbot.waitSignal(writer.failed) as failed:
        writer.write(tmp_path / "file" / "below a file", encode)
    writer.close()

    assert written.args == [tmp_path / "file"]
    assert (tmp_path / "file").read_bytes() == b"content"
    assert isinstance(failed.args[0], StorageError)
    assert writer.thread() not in threads
