"""Teaching the model in use one's own digits, from the menu and the training pane."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.models.library import ModelLibrary
from digitpad.services.samples.store import SampleStore
from digitpad.training.events import DataLoaded, EpochEnded, ModelsCompared, RunFinished
from digitpad.training.learning.own_digits import OwnDigits
from digitpad.training.model_card import LITERT_FILE
from digitpad.ui.message_bar import MessageBar
from digitpad.ui.training.training_pane import TrainingPane
from tests.samples import make_sample
from tests.saved_models import save_model
from tests.ui.training.room import FakeWatcher, make_model
from tests.ui.training.visible_pane import VisiblePane, click
from tests.ui.window import Person

LEARNED = (
    ModelsCompared("own", 20, 12, 19),
    ModelsCompared("own_learned", 80, 60, 80),
    ModelsCompared("mnist_test", 10_000, 9_968, 9_966),
    ModelsCompared("allographs", 3_000, 2_990, 2_991),
)
FORGOT = (LEARNED[0], ModelsCompared("mnist_test", 10_000, 9_968, 9_900))


class Learner(Person):
    """Somebody who kept digits, in front of a window whose runs do what a test says."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        make_model(folder / "bundled" / "default", "default")
        library = ModelLibrary(folder / "bundled", folder / "own")
        super().__init__(qtbot, folder / "settings.ini", library, FakeWatcher())
        self.qtbot = qtbot
        self.chosen: list[str] = []
        self.reader.model_loaded.connect(lambda model: self.chosen.append(model.name))

    @property
    def pane(self) -> VisiblePane:
        pane = self.window.findChild(TrainingPane)
        assert pane is not None
        return VisiblePane(pane)

    def keep(self, count: int) -> None:
        with SampleStore(paths.samples_file()) as store:
            store.add(make_sample(number) for number in range(count))

    def begin(self) -> None:
        self.choose("Training", "Learn My Digits")
        self.wait(lambda: self.watcher.run is not None)

    def finish(self, *compared: ModelsCompared) -> None:
        candidate = make_model(self.watcher.run.folder / "candidate", "candidate")
        self.watcher.report(
            DataLoaded(80, 20, 10_000, "MNIST to rehearse"),
            EpochEnded(1, 10, 0.1, 0.97, 0.08, 0.981, 2.0, 8.0),
            *compared,
        )
        self.watcher.end(RunFinished(candidate, 0.9968, 0.9966))

    def message(self) -> str:
        bar = self.window.findChild(MessageBar)
        assert bar is not None
        return bar.text if bar.isVisible() else ""


@pytest.fixture
def learner(qtbot: QtBot, tmp_path: Path) -> Learner:
    return Learner(qtbot, tmp_path)


def test_the_pane_says_how_many_are_kept_and_a_click_begins(learner: Learner) -> None:
    learner.keep(40)
    learner.choose("View", "Training Pane")
    learner.wait(lambda: "40 digits of yours are kept." in learner.pane.words())

    click(learner.qtbot, learner.pane.button("Learn my digits"))
    learner.wait(lambda: learner.watcher.run is not None)

    config = learner.watcher.run.config
    assert config.start == learner.library.active().keras_file
    assert config.name.startswith("my hand, ")
    assert config.learning is not None
    own = OwnDigits.load(config.learning.samples)
    assert len(own.train) + len(own.held_out) == 40
    assert "“default” learns your digits" in learner.pane.words()
    assert not learner.pane.button("Learn my digits").isEnabled()
    assert not learner.entry("Training", "Learn My Digits").isEnabled()


def test_a_key_begins_and_the_count_follows(learner: Learner, qtbot: QtBot) -> None:
    learner.choose("View", "Training Pane")
    learner.wait(lambda: "the model can learn your hand" in learner.pane.words())
    assert not learner.pane.button("Learn my digits").isVisible()
    learner.draw((100, 100), (100, 200))
    learner.press(Qt.Key.Key_7)
    learner.wait(lambda: "1 digit of yours is kept." in learner.pane.words())

    learner.press(Qt.Key.Key_L, ctrl=True, shift=True)

    learner.wait(lambda: learner.watcher.run is not None)


def test_one_that_learned_is_recommended_and_used(learner: Learner) -> None:
    learner.keep(40)
    learner.begin()
    learner.finish(*LEARNED)

    words = learner.pane.words()
    assert "It learned your hand" in words
    assert "It reads 19 of the 20 digits of yours that were held back, 12 before" in words
    assert "12 → 19 of 20" in words
    assert "9,968 → 9,966 of 10,000" in words
    use = learner.pane.button("Use this model")
    assert use.isDefault()
    click(learner.qtbot, use)
    assert learner.library.active().name.startswith("my hand, ")
    assert learner.chosen[-1] == learner.library.active().name
    click(learner.qtbot, learner.pane.button("Use “default” again"))
    assert learner.library.active().name == "default"


def test_one_that_forgot_is_not_recommended_and_can_be_chosen(learner: Learner) -> None:
    learner.keep(40)
    learner.begin()
    learner.finish(*FORGOT)

    words = learner.pane.words()
    assert "It lost more than it learned" in words
    assert "misreads 68 more of others' digits than before" in words
    assert learner.pane.button("Keep the current one").isDefault()
    click(learner.qtbot, learner.pane.button("Use this model"))
    assert learner.library.active().name.startswith("my hand, ")


def test_without_samples_it_says_how_to_get_some(learner: Learner) -> None:
    learner.choose("Training", "Learn My Digits")

    learner.wait(lambda: "no digits to learn yet" in learner.message())
    assert learner.watcher.run is None
    assert not list(paths.runs().glob("*"))


def test_a_model_that_cannot_learn_is_told(learner: Learner, tmp_path: Path) -> None:
    learner.keep(3)
    model = save_model(tmp_path / "elsewhere", "elsewhere", files=(LITERT_FILE,))
    learner.library.add(model, "finished")
    learner.library.activate("finished")

    learner.choose("Training", "Learn My Digits")

    learner.wait(lambda: "can't be trained further" in learner.message())
    assert learner.watcher.run is None
