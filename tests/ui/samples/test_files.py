"""Files with samples, into the window and out of it."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from digitpad.services.models.library import Model
from tests.samples import make_sample
from tests.ui.samples.looking_through import Looker
from tests.written_digits import save_mnist

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


class TestFiles:
    def test_a_folder_that_is_dropped_is_imported_and_undo_takes_it_back(
        self, look: Callable[..., Looker], model: Model, six: list[int], tmp_path: Path
    ) -> None:
        folder = tmp_path / "mine"
        folder.mkdir()
        for label in (7, 8):
            assert cv2.imwrite(str(folder / f"{label}.png"), make_sample(label).image)
        (folder / "9.png").write_bytes(b"damaged")
        looker = look(model)

        looker.drop(folder)

        assert looker.labels == "87543210"
        assert looker.sees("2 samples imported.")
        assert looker.sees("9.png")
        looker.choose("Edit", "Undo Import of 2 samples")
        assert looker.labels == looker.kept == "543210"
        looker.choose("Edit", "Redo Import of 2 samples")
        assert looker.labels == "87543210"

    def test_a_file_is_imported(
        self, look: Callable[..., Looker], model: Model, tmp_path: Path
    ) -> None:
        file = save_mnist(tmp_path / "mnist.npz", train=12, test=3)
        looker = look(model)
        looker.choose("Samples", "Import File…")
        looker.name_file(file)
        assert len(looker.labels) == 12

        looker.choose("Samples", "Import File…")
        looker.name_file(file)
        assert looker.sees("No samples imported; 12 were there already.")

    def test_what_is_no_data_is_refused(
        self, look: Callable[..., Looker], model: Model, tmp_path: Path
    ) -> None:
        (tmp_path / "some.npz").write_bytes(b"something else")
        looker = look(model)
        looker.drop(tmp_path / "some.npz")

        assert looker.sees("can't be imported")
        assert not looker.sees("Importing")

    @pytest.mark.parametrize(
        ("kind", "name"),
        [("PNG", "out"), ("IDX", "out"), ("NumPy", "out.npz"), ("CSV", "out.csv")],
    )
    def test_what_is_shown_or_selected_is_exported(
        self, look: Callable[..., Looker], six: list[int], tmp_path: Path, kind: str, name: str
    ) -> None:
        looker = look()
        looker.push("2")
        looker.push("3")
        looker.choose("Samples", "Export…")
        looker.name_file(tmp_path / name, kind)

        assert looker.sees(f"Exported 2 samples to “{name}”.")
        assert (tmp_path / name).exists()

    def test_backup_and_restore(
        self, look: Callable[..., Looker], six: list[int], tmp_path: Path
    ) -> None:
        looker = look()
        looker.choose("Samples", "Back Up…")
        looker.name_file(tmp_path / "all.zip")
        assert looker.sees("Backed up 6 samples in “all.zip”.")
        looker.click(0)
        looker.press(Key.Key_Delete)

        looker.choose("Samples", "Restore…")
        looker.name_file(tmp_path / "all.zip")
        assert looker.sees("1 sample restored.")
        assert looker.labels == "543210"
        looker.choose("Edit", "Undo Restoring of 1 sample")
        assert looker.labels == "43210"

    def test_what_ends_after_the_window_was_closed_is_told_elsewhere(
        self, qtbot: QtBot, look: Callable[..., Looker], six: list[int], tmp_path: Path
    ) -> None:
        looker = look()
        looker.choose("Samples", "Back Up…")
        looker.window.close()
        with qtbot.waitSignal(looker.window.message_raised) as told:
            looker.window.show_message("Backed up 6 samples.", "")

        assert told.args == ["Backed up 6 samples.", ""]

    def test_a_long_job_can_be_stopped(
        self, look: Callable[..., Looker], model: Model, tmp_path: Path
    ) -> None:
        file = save_mnist(tmp_path / "mnist.npz", train=20, test=1)
        looker = look(model)
        _, slow = looker.keepers
        slow.progressed.connect(slow.stop)
        with np.load(file) as arrays:
            images, labels = (
                np.tile(arrays[n], (200, *[1] * (arrays[n].ndim - 1)))
                for n in ("x_train", "y_train")
            )
        np.savez(tmp_path / "many.npz", x=images, y=labels)

        looker.drop(tmp_path / "many.npz")

        assert len(looker.window.shown_ids) < 4000
        assert not looker.sees("imported")

    def test_a_wrong_backup_is_refused(
        self, look: Callable[..., Looker], six: list[int], tmp_path: Path
    ) -> None:
        (tmp_path / "some.zip").write_bytes(b"something else")
        looker = look()
        looker.choose("Samples", "Restore…")
        looker.name_file(tmp_path / "some.zip")

        assert looker.sees("is no backup of samples")
        assert looker.labels == "543210"
