"""Whether a model that learned is one to read with. Free of TensorFlow."""

from collections.abc import Sequence
from dataclasses import dataclass

from digitpad.training.events import ModelsCompared

OWN, LEARNED, MNIST_TEST, REHEARSAL, ALLOGRAPHS = (
    "own",
    "own_learned",
    "mnist_test",
    "rehearsal",
    "allographs",
)
"""What a model is tested on: own digits that were held out, those it learned, and others'."""

DATA_NAMES = {
    OWN: "Your digits, held back",
    LEARNED: "Your digits, learned",
    MNIST_TEST: "MNIST's test digits",
    REHEARSAL: "Others' digits, made up",
    ALLOGRAPHS: "Digits as the world writes them",
}
"""The same, as a person calls it."""

_TOLERANCES = {MNIST_TEST: 0.0005, REHEARSAL: 0.0010, ALLOGRAPHS: 0.0010}
"""What part of the readings may be lost, 0 to 1, of what a model is not to forget."""


@dataclass(frozen=True)
class Judgement:
    """What is to be said of a model that learned.

    Parameters
    ----------
    worse : tuple of ModelsCompared
        On which data it reads worse than before, by more than is tolerated.
    better : ModelsCompared or None
        Where it shows that it learned: on one's own digits that were held out or, if it doesn't
        show there, on those it learned. None if it shows nowhere.
    """

    worse: tuple[ModelsCompared, ...]
    better: ModelsCompared | None

    @property
    def is_recommended(self) -> bool:
        """Whether nothing speaks against reading with it."""
        return not self.worse

    @property
    def title(self) -> str:
        """What came of it, in a few words."""
        if self.worse:
            is_own = self.worse[0].data == OWN
            return "It didn't learn your hand" if is_own else "It lost more than it learned"
        return "It learned your hand" if self.better else "As good as before"

    @property
    def reason(self) -> str:
        """What speaks for it or against it, and what to do."""
        if self.worse:
            # What it was taught comes first, and matters most.
            worst = self.worse[0]
            whose = "your own" if worst.data == OWN else "others'"
            return (
                f"It misreads {worst.right_before - worst.right_after:,} more of {whose} digits "
                "than before. Keep the current one; a set of your digits (Training › Write a Set) "
                "may teach it better."
            )
        if self.better is None:
            return "It reads your digits and others' as well as before: there is nothing to gain."
        which = "that were held back" if self.better.data == OWN else "it learned"
        return (
            f"It reads {self.better.right_after:,} of the {self.better.count:,} digits of yours "
            f"{which}, {self.better.right_before:,} before, and others' as well as ever. Use it."
        )


def judge(compared: Sequence[ModelsCompared]) -> Judgement:
    """Compare a model with what it was before it learned.

    Of one's own digits not one more may be misread.

    Parameters
    ----------
    compared : sequence of ModelsCompared
        One for each data set.
    """
    worse = tuple(
        found
        for found in compared
        if found.right_before - found.right_after > found.count * _TOLERANCES.get(found.data, 0.0)
    )
    by_name = {found.data: found for found in compared if found.right_after > found.right_before}
    return Judgement(worse, by_name.get(OWN) or by_name.get(LEARNED))
