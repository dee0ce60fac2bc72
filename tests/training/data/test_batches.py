"""Batches follow from seed, epoch and index alone."""

import collections
from typing import TYPE_CHECKING

import numpy as np
import pytest

from digitpad.training.data.augmentation import NONE, STRENGTHS, Augmentation
from digitpad.training.data.datasets import LabelledDrawing, LabelledImages
from tests.written_digits import PATHS, write_digit

if TYPE_CHECKING:
    from digitpad.training.data.batches import TrainingBatches

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("network_library")]

DRAWINGS = tuple(LabelledDrawing(int(d), "1", write_digit(d)) for d in PATHS)


def make_batches(
    count: int = 50,
    drawings: tuple[LabelledDrawing, ...] = DRAWINGS,
    augmentation: Augmentation = NONE,
    batch_size: int = 16,
    seed: int = 1,
    synthesized: int = 0,
) -> "TrainingBatches":
    from digitpad.training.data.batches import Mixture, TrainingBatches

    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 10:20, 12:16] = 255
    images[:, 0, 0] = 20 + np.arange(count)  # Tells them apart.
    labels = (np.arange(count) % 10).astype(np.uint8)
    mixture = Mixture(LabelledImages(images, labels), drawings, 3, synthesized, synthesized)
    return TrainingBatches(mixture, augmentation, batch_size, seed)


def test_an_epoch_holds_every_digit_and_drawing() -> None:
    batches = make_batches()
    for _ in range(2):
        parts = [batches[index] for index in range(len(batches))]
        images = np.concatenate([images for images, _ in parts])
        labels = np.concatenate([labels for _, labels in parts])

        numbers = np.round(images[:, 0, 0, 0] * 255).astype(int) - 20
        is_image = images[:, 10:20, 12:16, 0].min(axis=(1, 2)) == 1
        assert [len(labels) for _, labels in parts] == [16] * 5
        assert sorted(numbers[is_image]) == list(range(50))
        assert collections.Counter(labels[~is_image].tolist()) == dict.fromkeys(range(10), 3)
        assert (labels[is_image] == numbers[is_image] % 10).all()
        batches.on_epoch_end()


@pytest.mark.parametrize(("count", "batch_size", "sizes"), [(10, 4, [4, 4, 2]), (3, 8, [3])])
@pytest.mark.parametrize(("strength", "kind"), [("none", np.uint8), ("light", np.float32)])
def test_the_last_batch_may_be_smaller(
    count: int, batch_size: int, sizes: list[int], strength: str, kind: type[np.generic]
) -> None:
    batches = make_batches(count, (), STRENGTHS[strength], batch_size)

    parts = [batches[index] for index in range(len(batches))]

    assert [len(labels) for _, labels in parts] == sizes
    assert parts[0][0].shape == (sizes[0], 28, 28, 1)
    assert parts[0][0].dtype == kind
    assert parts[0][1].dtype == np.uint8


@pytest.mark.parametrize("count", [2, 3, 20])
@pytest.mark.parametrize("strength", ["none", "flips", "light"])
def test_parts_make_up_the_batch_as_it_is(strength: str, count: int) -> None:
    for drawings in ((), DRAWINGS):
        batches = make_batches(drawings=drawings, augmentation=STRENGTHS[strength], batch_size=37)
        for index in range(len(batches)):
            parts = [batches.part(index, number, count) for number in range(count)]
            whole = batches[index]

            assert {size for *_, size in parts} == {len(whole[1])}
            for kind in (0, 1):
                together = np.concatenate([part[kind] for part in parts])
                np.testing.assert_array_equal(together, whole[kind])
                assert together.dtype == whole[kind].dtype


@pytest.mark.parametrize("strength", STRENGTHS)
def test_the_same_seed_gives_the_same_whatever_the_order(strength: str) -> None:
    first = make_batches(augmentation=STRENGTHS[strength])
    second = make_batches(augmentation=STRENGTHS[strength])
    for _ in range(2):
        forwards = [first[index] for index in range(5)]
        backwards = [second[index] for index in reversed(range(5))][::-1]

        for (images, labels), (same_images, same_labels) in zip(forwards, backwards, strict=True):
            np.testing.assert_array_equal(images, same_images)
            np.testing.assert_array_equal(labels, same_labels)
        first.on_epoch_end()
        second.on_epoch_end()


def test_an_epoch_holds_allographs_and_non_digits() -> None:
    batches = make_batches(augmentation=STRENGTHS["full"], synthesized=40)

    labels = np.concatenate([batches[index][1] for index in range(len(batches))])

    assert len(labels) == 50 + 30 + 40 + 40
    assert collections.Counter(labels.tolist()) == dict.fromkeys(range(10), 12) | {10: 40}


def test_every_epoch_and_seed_varies_anew() -> None:
    batches = make_batches(augmentation=STRENGTHS["light"])
    before = batches[0][0]
    batches.on_epoch_end()

    assert not np.array_equal(batches[0][0], before)
    assert not np.array_equal(make_batches(augmentation=STRENGTHS["light"], seed=2)[0][0], before)


def test_shifts_add_four_copies_of_each_image() -> None:
    batches = make_batches(10, (), STRENGTHS["shifts"], batch_size=25)

    images = np.concatenate([batches[index][0] for index in range(len(batches))])[..., 0]

    assert len(images) == 50
    corners = collections.Counter(
        (int(rows[0]), int(columns[0]))
        for rows, columns in (np.nonzero(image > 230) for image in images)
    )
    assert corners == {(10, 12): 10, (9, 12): 10, (11, 12): 10, (10, 11): 10, (10, 13): 10}


def test_flips_mirror_about_half_of_the_images() -> None:
    batches = make_batches(200, (), STRENGTHS["flips"], batch_size=200)

    images = batches[0][0][..., 0]

    corners = collections.Counter(
        (int(rows[0]), int(columns[0]))
        for rows, columns in (np.nonzero(image > 230) for image in images)
    )
    assert corners.keys() == {(10, 12), (8, 12)}
    assert all(count > 60 for count in corners.values())


def test_an_epoch_may_end_in_the_middle_of_the_data() -> None:
    from digitpad.training.data.batches import Mixture, TrainingBatches

    images = np.zeros((30, 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(30) + 1
    data = LabelledImages(images, (np.arange(30) % 10).astype(np.uint8))
    batches = TrainingBatches(Mixture(data), NONE, 10, seed=1, epoch_steps=2)
    seen = []
    for _ in range(3):
        assert len(batches) == 2
        seen += [batches[index][0][:, 0, 0, 0] for index in range(2)]
        batches.on_epoch_end()

    assert sorted(np.concatenate(seen[:3])) == list(range(1, 31))
    assert sorted(np.concatenate(seen[3:])) == list(range(1, 31))
    later = TrainingBatches(Mixture(data), NONE, 10, seed=1, epoch=2, epoch_steps=2)
    np.testing.assert_array_equal(later[1][0][:, 0, 0, 0], seen[5])


@pytest.mark.parametrize("strength", ["none", "flips", "shifts", "light"])
@pytest.mark.parametrize(("count", "steps"), [(20, None), (24, None), (5, None), (20, 2), (20, 7)])
@pytest.mark.parametrize("epoch", [0, 2])
def test_the_stream_is_every_epoch_after_the_other(
    strength: str, count: int, steps: int | None, epoch: int
) -> None:
    from digitpad.training.data.batches import Mixture, TrainingBatches
    from digitpad.training.data.feeding import stream

    images = np.arange(count * 784, dtype=np.uint32).reshape(-1, 28, 28).astype(np.uint8)
    mixture = Mixture(LabelledImages(images, (np.arange(count) % 10).astype(np.uint8)))
    batches, same = (
        TrainingBatches(mixture, STRENGTHS[strength], 8, 1, epoch, steps) for _ in range(2)
    )

    arriving = iter(stream(batches))

    for _ in range(3):
        for index in range(len(same)):
            found, labels = next(arriving)
            expected, expected_labels = same[index]
            if expected.dtype == np.uint8:
                expected = expected.astype(np.float32) / np.float32(255)
            np.testing.assert_array_equal(found, expected)
            np.testing.assert_array_equal(labels, expected_labels)
            assert found.dtype == np.float32
        same.on_epoch_end()
