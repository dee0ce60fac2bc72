import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from digitpad.ui.crash_report import CrashReporter


@pytest.fixture
def reporter(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrashReporter]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    reporter = CrashReporter(qapp)
    reporter.install()
    yield reporter
    for dialog in _dialogs():
        dialog.close()
    reporter.deleteLater()


def test_a_bug_is_shown_logged_and_can_be_copied(
    reporter: CrashReporter, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        _fail()
    except ZeroDivisionError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]

    (dialog,) = _dialogs()
    assert not dialog.isModal()
    copy = next(button for button in dialog.buttons() if button.text() == "Copy Details")
    copy.click()
    assert dialog.isVisible()
    assert "ZeroDivisionError" in QGuiApplication.clipboard().text()
    assert "in _fail" in QGuiApplication.clipboard().text()
    assert "ZeroDivisionError" in caplog.text


def test_a_bug_on_another_thread_is_shown_on_the_windows_own(
    reporter: CrashReporter, qtbot: QtBot
) -> None:
    thread = threading.Thread(target=_fail)
    thread.start()
    thread.join()

    qtbot.waitUntil(lambda: len(_dialogs()) == 1)


def test_many_bugs_open_one_dialog(reporter: CrashReporter, qtbot: QtBot) -> None:
    for number in range(5):
        reporter.report(ValueError(str(number)))

    (dialog,) = _dialogs()
    dialog.close()
    reporter.report(ValueError("later"))
    assert len(_dialogs()) == 1


def _fail() -> None:
    1 / 0  # noqa: B018


def _dialogs() -> list[QMessageBox]:
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QMessageBox) and widget.isVisible()
    ]
