"""Strokes -> digits: which of them belong together."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from digitpad.core.layout import Box, bounding_box
from digitpad.core.strokes import Stroke

Group = tuple[Stroke, ...]
"""Strokes that are one digit, or may be, in the order in which they were written."""

Judge = Callable[[Sequence[Group]], Sequence[NDArray[np.float32]]]
"""Reads each group as one digit: its ten probabilities."""

DOT_RATIO = 0.25
"""A group whose extent is less than this part of its pen width is a dot, not a digit."""

_PLACES = 32  # Along a stroke, where its distance from others is measured.
_BATCH = 1024  # Bounds the memory for distances.

_REACH = 0.4
"""Of a digit's height: strokes farther apart than this are never linked."""

_LINK, _FAR = -5.0, -6.0
"""Log-odds of being of one digit: below the first strokes are not linked; pairs that are not
linked but in one group count as the second."""

_APART = 8.2
"""What the log-odds lose by a distance of one height."""

_MOST_STROKES = 6
_HYPOTHESES_A_STROKE = 3
_MOST_PATHS = 200

_MARK_RATIO, _FLAT_RATIO = 0.3, 0.2
"""Of the height about it, and of its own width: less is a comma or a minus."""

_MARK_COST = 6.0
"""What a mark costs a division."""

_DIGIT_COST, _SUREST = 10.0, 8.0
"""What a digit costs a division, so that few are preferred, and the log-odds of its class that
count against it at most: a sure digit costs next to nothing. Both chosen on pen digits set side by
side."""

_Links = dict[tuple[int, int], float]
_Set = frozenset[int]


def group_strokes(strokes: Sequence[Stroke], judge: Judge) -> tuple[Group, ...]:
    """Sort strokes into digits.

    How the strokes lie to each other settles most of it. Where strokes come near, every set of
    them that may be a digit is also judged by what it looks like, and the division is taken that
    explains all strokes best.

    Parameters
    ----------
    strokes : sequence of Stroke
        In the order in which they were written.
    judge : callable
        Asked about the groups in doubt only.

    Returns
    -------
    tuple of groups
        In the order in which they were begun. Each stroke is in exactly one of them.
    """
    links = _link(strokes)
    heights = sorted(stroke.box.height for stroke in strokes)
    tall = heights[3 * len(heights) // 4] if heights else 0.0
    digits: list[_Set] = []
    for cluster in _connect(len(strokes), links):
        hypotheses = _find_hypotheses(cluster, links)
        if len(hypotheses) > 1:
            groups = [_pick(strokes, members) for members in hypotheses]
            judged = zip(hypotheses.items(), groups, judge(groups), strict=True)
            scores = {
                members: together + _weigh(group, probabilities, tall)
                for (members, together), group, probabilities in judged
            }
            # From left to right, where few digits are begun but not finished at a time.
            digits.extend(_divide(sorted(cluster, key=lambda i: strokes[i].box.center), scores))
        else:
            digits.extend(hypotheses)
    return tuple(_pick(strokes, members) for members in sorted(digits, key=min))


def is_dot(group: Group) -> bool:
    """Return whether the pen only came down and up again."""
    box = bounding_box(stroke.box for stroke in group)
    return max(box.width, box.height) < DOT_RATIO * max(s.width_px for s in group)


def is_mark(box: Box, height: float) -> bool:
    """Return whether something is as small as a comma, or as flat as a minus.

    Parameters
    ----------
    box : Box
        Around it.
    height : float
        Of the digits about it.
    """
    is_small = max(box.width, box.height) < _MARK_RATIO * height
    return is_small or box.height < _FLAT_RATIO * box.width


def _pick(strokes: Sequence[Stroke], members: Iterable[int]) -> Group:
    return tuple(strokes[i] for i in sorted(members))


def _link(strokes: Sequence[Stroke]) -> _Links:
    """Return the log-odds that two strokes are of one digit, for all that come near each other."""
    if len(strokes) < 2:
        return {}
    places = np.stack([_spread(stroke) for stroke in strokes])
    low, high = places.min(axis=1), places.max(axis=1)
    side = high - low
    one, two = np.triu_indices(len(strokes), 1)
    # A digit is about as high as its highest stroke, and at least half as high as wide.
    tallest = np.maximum(side[one], side[two]) / (2, 1)
    size = np.maximum(tallest.max(axis=1), 1e-6)
    gap = (np.maximum(low[one], low[two]) - np.minimum(high[one], high[two])).T / size
    width, height = np.minimum(side[one], side[two]).T / size
    whole = (np.maximum(high[one], high[two]) - np.minimum(low[one], low[two])).T / size
    beside = np.clip(-gap[1], 0, height)
    above = height - beside
    slender = np.clip(whole[1] / np.maximum(whole[0], 0.1) - 1.7, 0, 3)
    log_odds = (
        # Fitted to pen digits set side by side, from far apart to overlapping, and below each
        # other: the circles of an 8 are together less slender than two digits.
        -1.7
        + 5.0 * np.clip(-gap[0] / np.maximum(width, 0.1), 0, 1)
        - 3.4 * beside
        - 6.0 * above * slender
        - 3.4 * np.maximum(whole[0] - 0.8, 0)
        + 2.7 * (two - one == 1)
    )
    # The dot of a 0 is near its ring however wide that is; a number in a ring isn't.
    is_inside = (-gap[0] >= width) & (-gap[1] >= height) & (np.maximum(width, height) < _MARK_RATIO)
    # The strokes are no nearer to each other than the boxes around them.
    nearest = np.maximum(gap.max(axis=0), 0)
    may_link = (nearest < _REACH) & (log_odds - _APART * nearest > _LINK)
    one, two, size, log_odds = one[may_link], two[may_link], size[may_link], log_odds[may_link]
    distance = np.where(is_inside[may_link], 0, _measure(places, one, two) / size)
    log_odds -= _APART * distance
    linked = (distance < _REACH) & (log_odds > _LINK)
    pairs = zip(one[linked].tolist(), two[linked].tolist(), strict=True)
    return dict(zip(pairs, log_odds[linked].tolist(), strict=True))


def _measure(
    places: NDArray[np.float64], one: NDArray[np.intp], two: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return how near to each other the strokes of each pair come."""
    distances = [np.empty(0)]
    for start in range(0, len(one), _BATCH):
        pairs = slice(start, start + _BATCH)
        apart = places[one[pairs]][:, :, None] - places[two[pairs]][:, None]
        distances.append(np.hypot(apart[..., 0], apart[..., 1]).min(axis=(1, 2)))
    return np.concatenate(distances)


@lru_cache(maxsize=512)
def _spread(stroke: Stroke) -> NDArray[np.float64]:
    """Return places evenly along a stroke."""
    points = np.array(stroke.points)
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, way[-1], _PLACES)
    return np.stack([np.interp(at, way, points[:, axis]) for axis in (0, 1)], axis=1)


def _connect(count: int, links: Iterable[tuple[int, int]]) -> list[_Set]:
    clusters = [frozenset([i]) for i in range(count)]
    for one, two in links:
        joined = [cluster for cluster in clusters if one in cluster or two in cluster]
        apart = [cluster for cluster in clusters if cluster not in joined]
        clusters = [*apart, frozenset().union(*joined)]
    return clusters


def _find_hypotheses(cluster: _Set, links: _Links) -> dict[_Set, float]:
    """Return the sets of strokes that may be a digit, and the log-odds that they lie together."""
    neighbours: dict[int, set[int]] = {i: set() for i in cluster}
    for one, two in links:
        if one in cluster:
            neighbours[one].add(two)
            neighbours[two].add(one)
    found = grown = {frozenset([i]) for i in cluster}
    for _ in range(_MOST_STROKES - 1):
        grown = {
            members | {other}
            for members in grown
            for member in members
            for other in neighbours[member] - members
        }
        # Strokes that all lie across each other are a scribble, not worth the time.
        if len(found) + len(grown) > _HYPOTHESES_A_STROKE * len(cluster):
            break
        found = found | grown
    return {
        members: sum(links.get(pair, _FAR) for pair in combinations(sorted(members), 2))
        for members in sorted(found | {cluster}, key=sorted)
    }


def _weigh(group: Group, probabilities: NDArray[np.float32], tall: float) -> float:
    """Return how much it speaks for a division that this group is in it."""
    if is_dot(group):
        return 0.0
    if is_mark(bounding_box(stroke.box for stroke in group), tall):
        return -_MARK_COST
    best = min(max(float(probabilities.max()), 1e-5), 1 - 1e-5)
    return min(math.log(best / (1 - best)), _SUREST) - _DIGIT_COST


def _divide(order: Sequence[int], scores: dict[_Set, float]) -> tuple[_Set, ...]:
    """Return the disjoint sets that make up the strokes in `order` and whose scores add up to most.

    A path is a way to divide the strokes so far; of the paths that leave the same ones for later
    only the best is followed.
    """
    place = {stroke: at for at, stroke in enumerate(order)}
    starting: dict[int, list[_Set]] = {stroke: [] for stroke in order}
    for members in scores:
        starting[min(members, key=place.__getitem__)].append(members)
    paths: dict[_Set, tuple[float, tuple[_Set, ...]]] = {frozenset(): (0.0, ())}
    for stroke in order:
        longer: dict[_Set, tuple[float, tuple[_Set, ...]]] = {}
        for ahead, (score, digits) in paths.items():
            if stroke in ahead:
                steps = [(ahead - {stroke}, score, digits)]
            else:
                steps = [
                    ((ahead | members) - {stroke}, score + scores[members], (*digits, members))
                    for members in starting[stroke]
                    if not members & ahead
                ]
            for left, total, division in steps:
                if left not in longer or total > longer[left][0]:
                    longer[left] = total, division
        best = sorted(longer.items(), key=lambda path: path[1][0], reverse=True)
        paths = dict(best[:_MOST_PATHS])
    return paths[frozenset()][1]
