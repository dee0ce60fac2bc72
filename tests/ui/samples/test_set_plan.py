from itertools import pairwise
from random import Random

import pytest

from digitpad.ui.samples.set_plan import REPEATS, SetPlan


@pytest.mark.parametrize("seed", range(20))
def test_each_digit_once_a_round_and_never_twice_in_a_row(seed: int) -> None:
    labels = list(SetPlan(Random(seed)).labels)

    rounds = [labels[start : start + 10] for start in range(0, len(labels), 10)]
    assert len(rounds) == REPEATS == 5
    assert all(sorted(each) == list(range(10)) for each in rounds)
    assert all(first != second for first, second in pairwise(labels))
    assert len({tuple(each) for each in rounds}) == 5


def test_what_is_taken_back_is_asked_for_again() -> None:
    plan = SetPlan(Random(1))
    first, second, *_ = plan.labels
    plan.take("a")
    assert (plan.label, plan.written, plan.left) == (second, 1, 49)

    assert plan.take_back() == "a"
    assert (plan.label, plan.left) == (first, 50)
    assert plan.take_back() is None


def test_what_could_not_be_kept_is_asked_for_at_the_end() -> None:
    plan = SetPlan(Random(1))
    labels = list(plan.labels)
    for key in "abc":
        plan.take(key)

    plan.ask_again("b")
    plan.ask_again("unknown")

    assert list(plan.labels) == [labels[0], *labels[2:], labels[1]]
    assert (plan.written, plan.label) == (2, labels[3])
    while plan.label is not None:
        plan.take("more")
    assert plan.left == 0
