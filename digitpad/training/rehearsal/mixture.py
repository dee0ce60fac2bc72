"""Points -> the mixture of normal distributions that they may be drawn from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ROUNDS = 50
_LEAST_VARIANCE = 1e-3


@dataclass(frozen=True, eq=False)
class NormalMixture:
    """A mixture of k normal distributions over d numbers.

    Parameters
    ----------
    weights : (k,) float
        How probable each part is.
    means : (k, d) float
        Of the parts.
    spreads : (k, d, d) float
        Lower triangular; times its own transpose, the covariance of a part.
    """

    weights: Floats
    means: Floats
    spreads: Floats


def fit_mixture(points: Floats, parts: int, rng: np.random.Generator) -> NormalMixture:
    """Fit a mixture by expectation and maximisation.

    Parameters
    ----------
    points : (n, d) float
        What it shall describe; n is much more than k times d.
    parts : int
        k, at least one.
    rng : numpy.random.Generator
        Where the chance comes from that it begins with.

    Returns
    -------
    NormalMixture
        After fifty rounds.

    References
    ----------
    Dempster, Laird, Rubin, "Maximum Likelihood from Incomplete Data via the EM Algorithm", 1977;
    Arthur & Vassilvitskii, "k-means++: The Advantages of Careful Seeding", 2007.
    """
    means = _choose_apart(points, parts, rng)
    spread = np.linalg.cholesky(_estimate_covariance(points - points.mean(axis=0), 1.0))
    mixture = NormalMixture(np.full(parts, 1 / parts), means, np.stack([spread] * parts))
    for _ in range(_ROUNDS):
        mixture = _maximise(points, _expect(points, mixture))
    return mixture


def _choose_apart(points: Floats, count: int, rng: np.random.Generator) -> Floats:
    chosen = [points[rng.integers(len(points))]]
    for _ in range(count - 1):
        distances = np.min([((points - one) ** 2).sum(axis=1) for one in chosen], axis=0)
        chosen.append(points[rng.choice(len(points), p=distances / distances.sum())])
    return np.stack(chosen)


def _expect(points: Floats, mixture: NormalMixture) -> Floats:
    """Return how probably each point, by row, is of each part."""
    scores = np.empty((len(points), len(mixture.weights)))
    for part, (weight, mean, spread) in enumerate(
        zip(mixture.weights, mixture.means, mixture.spreads, strict=True)
    ):
        scaled = (points - mean) @ np.linalg.inv(spread).T
        size = np.log(np.diag(spread)).sum()
        scores[:, part] = np.log(weight) - size - (scaled**2).sum(axis=1) / 2
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _maximise(points: Floats, shares: Floats) -> NormalMixture:
    counts = shares.sum(axis=0) + 1e-9
    means = (shares.T @ points) / counts[:, np.newaxis]
    covariances = [
        _estimate_covariance((points - mean) * np.sqrt(share)[:, np.newaxis], count / len(points))
        for mean, share, count in zip(means, shares.T, counts, strict=True)
    ]
    return NormalMixture(counts / len(points), means, np.linalg.cholesky(np.array(covariances)))


def _estimate_covariance(differences: Floats, share: float) -> Floats:
    moments = differences.T @ differences / (len(differences) * share)
    return np.asarray(moments + _LEAST_VARIANCE * np.eye(differences.shape[1]))
