"""Which models that learned are recommended."""

from digitpad.training.events import ModelsCompared
from digitpad.training.learning.judgement import (
    ALLOGRAPHS,
    LEARNED,
    MNIST_TEST,
    OWN,
    REHEARSAL,
    judge,
)

MNIST = ModelsCompared(MNIST_TEST, 10_000, 9_968, 9_966)
WORLD = ModelsCompared(ALLOGRAPHS, 3_000, 2_990, 2_995)


def test_one_that_learned_and_forgot_nothing() -> None:
    own = ModelsCompared(OWN, 20, 12, 19)
    found = judge([own, ModelsCompared(LEARNED, 80, 50, 80), MNIST, WORLD])

    assert found.is_recommended
    assert found.better == own
    assert found.worse == ()


def test_one_that_forgot_more_than_is_tolerated() -> None:
    own = ModelsCompared(OWN, 20, 12, 19)
    just, too_much = (ModelsCompared(MNIST_TEST, 10_000, 9_968, n) for n in (9_963, 9_962))

    assert judge([own, just, WORLD]).is_recommended
    found = judge([own, too_much, WORLD])
    assert not found.is_recommended
    assert found.worse == (too_much,)
    made_up = ModelsCompared(REHEARSAL, 3_000, 3_000, 2_996)
    world = ModelsCompared(ALLOGRAPHS, 3_000, 3_000, 2_996)
    assert judge([own, made_up, world]).worse == (made_up, world)


def test_not_one_of_ones_own_may_be_lost() -> None:
    own = ModelsCompared(OWN, 200, 190, 189)
    found = judge([own, ModelsCompared(LEARNED, 80, 50, 80), MNIST])

    assert found.worse == (own,)


def test_what_shows_only_on_what_was_learned() -> None:
    learned = ModelsCompared(LEARNED, 3, 0, 3)

    assert judge([learned, MNIST]).better == learned
    assert judge([ModelsCompared(OWN, 1, 1, 1), learned, MNIST]).better == learned
    nothing = judge([ModelsCompared(OWN, 1, 1, 1), ModelsCompared(LEARNED, 3, 3, 3), MNIST])
    assert nothing.better is None
    assert nothing.is_recommended
