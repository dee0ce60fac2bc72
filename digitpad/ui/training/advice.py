"""Which model to use after a run, and why. Free of Qt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from digitpad.training.events import ModelsCompared
from digitpad.training.learning.judgement import DATA_NAMES, judge
from digitpad.ui.training.run_progress import describe_duration


@dataclass(frozen=True)
class Outcome:
    """What a finished run came to.

    Parameters
    ----------
    name : str
        Of the new model.
    active_name : str
        Of the model it would replace.
    accuracy_before, accuracy_after : float or None, float
        On the test digits: the active model's, the new one's.
    validation_accuracy : float or None
        The new model's.
    test_size : int
        How many test digits there were.
    seconds : float
        How long the run took.
    """

    name: str
    active_name: str
    accuracy_before: float | None
    accuracy_after: float
    validation_accuracy: float | None
    test_size: int
    seconds: float


@dataclass(frozen=True)
class Advice:
    """Which model to use, and why.

    Parameters
    ----------
    title, reason : str
        What to do, and what speaks for it.
    is_new_better : bool
        Whether the new model is recommended.
    figures : tuple of (str, str)
        What was measured, and what came of it.
    """

    title: str
    reason: str
    is_new_better: bool
    figures: tuple[tuple[str, str], ...] = ()


def advise(outcome: Outcome) -> Advice:
    """Compare the new model with the active one on the test digits.

    A difference counts once it is larger than the chance in two counts of mistakes, the root of
    their sum.
    """
    rows = (
        (f"Test accuracy of “{outcome.active_name}”, in use", outcome.accuracy_before),
        (f"Test accuracy of “{outcome.name}”", outcome.accuracy_after),
        ("Its validation accuracy", outcome.validation_accuracy),
    )
    figures = (
        *((text, f"{accuracy:.2%}") for text, accuracy in rows if accuracy is not None),
        ("Time taken", describe_duration(outcome.seconds)),
    )
    if outcome.accuracy_before is None:
        reason = "There was no active model to compare it with."
        return Advice("Finished", reason, True, figures)
    before = round((1 - outcome.accuracy_before) * outcome.test_size)
    after = round((1 - outcome.accuracy_after) * outcome.test_size)
    counts = f"{after:,} mistakes in {outcome.test_size:,} test digits instead of {before:,}"
    if abs(after - before) <= math.sqrt(after + before):
        reason = (
            f"{counts}: too close to tell apart. Keep the current one, unless the new one reads "
            "your own digits better."
        )
        return Advice("About as good", reason, False, figures)
    if after < before:
        return Advice("The new model is better", f"{counts}. Use it.", True, figures)
    return Advice("The new model is worse", f"{counts}. Keep the current one.", False, figures)


def advise_after_lesson(compared: Sequence[ModelsCompared], seconds: float) -> Advice:
    """Say whether to read with a model that learned one's own digits.

    Parameters
    ----------
    compared : sequence of ModelsCompared
        The model before and after, on each data set.
    seconds : float
        How long it took.
    """
    figures = (
        *((DATA_NAMES[found.data], _describe(found)) for found in compared),
        ("Time taken", describe_duration(seconds)),
    )
    judgement = judge(compared)
    is_better = judgement.is_recommended and judgement.better is not None
    return Advice(judgement.title, judgement.reason, is_better, figures)


def _describe(compared: ModelsCompared) -> str:
    return f"{compared.right_before:,} → {compared.right_after:,} of {compared.count:,}"
