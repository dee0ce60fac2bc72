import numpy as np
import pytest

from digitpad.training.rehearsal.mixture import fit_mixture

SPREAD = np.array([[1.0, 0.0], [0.8, 0.3]])


def test_a_mixture_is_found_again() -> None:
    rng = np.random.default_rng(1)
    near = rng.standard_normal((600, 2)) @ SPREAD.T
    far = rng.standard_normal((200, 2)) * 0.5 + (9, -4)

    found = fit_mixture(np.concatenate([near, far]), 2, rng)

    order = found.weights.argsort()[::-1]
    np.testing.assert_allclose(found.weights[order], (0.75, 0.25), atol=0.01)
    np.testing.assert_allclose(found.means[order], [(0, 0), (9, -4)], atol=0.15)
    covariances = found.spreads[order] @ found.spreads[order].transpose(0, 2, 1)
    np.testing.assert_allclose(covariances, [SPREAD @ SPREAD.T, np.eye(2) / 4], atol=0.15)


def test_one_part_is_mean_and_covariance() -> None:
    rng = np.random.default_rng(2)
    points = rng.standard_normal((500, 2)) @ SPREAD.T + 3

    found = fit_mixture(points, 1, rng)

    np.testing.assert_allclose(found.means[0], points.mean(axis=0))
    covariance = np.cov(points.T, bias=True)
    np.testing.assert_allclose(found.spreads[0] @ found.spreads[0].T, covariance, atol=0.002)


@pytest.mark.parametrize("parts", [1, 3])
def test_what_lies_in_a_plane_can_be_described(parts: int) -> None:
    rng = np.random.default_rng(3)
    flat = np.pad(rng.standard_normal((300, 2)), ((0, 0), (0, 1)))

    found = fit_mixture(flat, parts, rng)

    assert np.isfinite(found.spreads).all()
    assert found.weights.sum() == pytest.approx(1)
