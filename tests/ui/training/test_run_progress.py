import pytest

from digitpad.training.events import (
    BatchEnded,
    DataLoaded,
    DownloadProgressed,
    EpochEnded,
    StatusChanged,
)
from digitpad.ui.training.run_progress import RunProgress, describe_duration, describe_time_left


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_status_is_told_and_has_no_end_in_sight() -> None:
    progress = RunProgress(epochs=2)
    progress.follow(StatusChanged("Loading TensorFlow"))

    assert (progress.text, progress.fraction) == ("Loading TensorFlow", None)


def test_a_batch_says_how_far_the_whole_run_is() -> None:
    progress = RunProgress(epochs=10)
    progress.follow(BatchEnded(3, 120, 480, 0.1, 0.9))

    assert progress.text == "Epoch 3 of 10, batch 120 of 480"
    assert progress.fraction == pytest.approx(2.25 / 10)


def test_after_an_epochs_last_batch_it_validates() -> None:
    progress = RunProgress(epochs=2)
    progress.follow(BatchEnded(1, 480, 480, 0.1, 0.9))

    assert progress.text == "Epoch 1 of 2, validating"


def test_the_time_left_follows_from_the_batches_after_the_first() -> None:
    clock = Clock()
    progress = RunProgress(epochs=1, clock=clock)
    clock.seconds = 30  # TensorFlow loads, the first batch compiles the network.
    progress.follow(BatchEnded(1, 1, 101, 0.1, 0.9))
    assert progress.seconds_left is None
    clock.seconds = 40
    progress.follow(BatchEnded(1, 51, 101, 0.1, 0.9))

    assert progress.seconds_left == pytest.approx(10)
    assert progress.seconds_taken == 40


def test_saving_and_testing_take_an_unknown_time() -> None:
    clock = Clock()
    progress = RunProgress(epochs=1, clock=clock)
    progress.follow(BatchEnded(1, 1, 10, 0.1, 0.9))
    clock.seconds = 5
    progress.follow(BatchEnded(1, 10, 10, 0.1, 0.9))
    progress.follow(StatusChanged("Testing the candidate"))

    assert (progress.fraction, progress.seconds_left) == (None, None)


def test_a_download_is_told_in_megabytes() -> None:
    progress = RunProgress(epochs=1)
    progress.follow(DownloadProgressed(2_900_000, 11_600_000))
    assert progress.text == "Downloading MNIST, 2.9 of 11.6 MB"
    assert progress.fraction == pytest.approx(0.25)

    progress.follow(DownloadProgressed(2_900_000, 0))
    assert progress.text == "Downloading MNIST, 2.9 MB"


def test_it_remembers_what_the_result_is_told_with() -> None:
    progress = RunProgress(epochs=2)
    progress.follow(DataLoaded(55_000, 5_000, 10_000, "MNIST"))
    progress.follow(EpochEnded(1, 2, 0.1, 0.9, 0.2, 0.95, 1.0, 1.0))

    assert (progress.test_size, progress.validation_accuracy) == (10_000, 0.95)
    assert progress.fraction == 0.5


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "A few seconds left"),
        (31, "About 30 s left"),
        (54, "About 50 s left"),
        (55, "About 1 min left"),
        (119, "About 2 min left"),
        (59 * 60, "About 59 min left"),
        (4_200, "About 1 h 10 min left"),
    ],
)
def test_time_left_in_words(seconds: float, text: str) -> None:
    assert describe_time_left(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (42.4, "42 s"), (192, "3 min 12 s"), (660, "11 min"), (7_260, "2 h 1 min")],
)
def test_duration_in_words(seconds: float, text: str) -> None:
    assert describe_duration(seconds) == text
