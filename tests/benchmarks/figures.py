"""A figure, the bound it has to keep, and a table of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One measured value beside a baseline of the same run.

    Parameters
    ----------
    name : str
        What was measured.
    value : float
        As measured.
    unit : str
        Of `value`, `bound` and `baseline`.
    bound : float
        The most it may be.
    baseline : float or None
        The same thing done the usual way.
    ratio_bound : float or None
        The most that value / baseline may be.
    baseline_name : str
        What the usual way is.
    """

    name: str
    value: float
    unit: str
    bound: float
    baseline: float | None = None
    ratio_bound: float | None = None
    baseline_name: str = ""

    @property
    def ratio(self) -> float | None:
        """Value by baseline, if there is one."""
        return self.value / self.baseline if self.baseline else None

    @property
    def is_kept(self) -> bool:
        """Whether both bounds are kept."""
        ratio_is_kept = (
            self.ratio is None or self.ratio_bound is None or self.ratio <= self.ratio_bound
        )
        return self.value <= self.bound and ratio_is_kept


def print_table(figures: Sequence[Figure]) -> None:
    """Print one line a figure."""
    head = ("figure", "measured", "bound", "baseline", "ratio", "bound", "")
    rows = [head, *(_format(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least `percent` of `values` don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return float(median(values))


def _format(figure: Figure) -> tuple[str, ...]:
    baseline = "" if figure.baseline is None else f"{figure.baseline:.4g} {figure.unit}"
    if figure.baseline_name:
        baseline += f" ({figure.baseline_name})"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.3f}"
    ratio_bound = "" if figure.ratio_bound is None else f"≤ {figure.ratio_bound:.3f}"
    return (
        figure.name,
        f"{figure.value:.4g} {figure.unit}",
        f"≤ {figure.bound:g} {figure.unit}",
        baseline,
        ratio,
        ratio_bound,
        "kept" if figure.is_kept else "MISSED",
    )
