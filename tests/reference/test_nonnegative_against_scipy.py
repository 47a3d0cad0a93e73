"""Cells that are not negative, against scipy's non-negative least squares and against pivoting, most of them held."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import nnls

from forecasting.nonnegative import NonNegative
from forecasting.pivoting import nearest_by_pivoting


@pytest.fixture(scope="module")
def covariance() -> np.ndarray:
    """Sixty cells of a hundredfold range that share five directions."""
    rng = np.random.default_rng(3)
    shared = rng.normal(size=(60, 5))
    size = rng.uniform(0.3, 30.0, (60, 1))
    return (shared @ shared.T + np.diag(rng.uniform(1.0, 4.0, 60))) * size * size.T


@pytest.fixture(scope="module")
def cells(covariance: np.ndarray) -> np.ndarray:
    """Half of what is to be mended is negative; in the last five columns nothing is."""
    rng = np.random.default_rng(8)
    drawn = np.linalg.cholesky(covariance) @ rng.normal(0.1, 1.0, (60, 40))
    drawn[:, -5:] = np.abs(drawn[:, -5:])
    return drawn


@pytest.fixture(scope="module")
def expected(covariance: np.ndarray, cells: np.ndarray) -> np.ndarray:
    root = np.linalg.cholesky(np.linalg.inv(covariance)).T
    return np.array([nnls(root, root @ column)[0] for column in cells.T]).T


def distance(made: np.ndarray, cells: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    return np.einsum("ip,ij,jp->p", made - cells, np.linalg.inv(covariance), made - cells)


def test_as_near_as_can_be_where_rounds_are_cheap(
    covariance: np.ndarray, cells: np.ndarray, expected: np.ndarray
) -> None:
    made = NonNegative.from_covariance(covariance).nearest(cells)
    assert made.min() == 0
    assert (cells < 0).mean() > 0.3
    assert (expected == 0).mean() > 0.3
    assert_array_equal(made[:, -5:], cells[:, -5:])
    assert_allclose(made, expected, atol=1e-3 * expected.std())


def test_nearly_as_near_with_the_fewest_rounds(
    covariance: np.ndarray, cells: np.ndarray, expected: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The distance, summed over the paths, exceeds the least by less than a hundredth."""
    monkeypatch.setattr("forecasting.nonnegative.ROUNDS_BY_CELLS", 0)
    made = NonNegative.from_covariance(covariance).nearest(cells)
    assert made.min() == 0
    least = distance(expected, cells, covariance).sum()
    assert least * (1 - 1e-6) < distance(made, cells, covariance).sum() < 1.01 * least


def test_pivoting_is_exact(covariance: np.ndarray, cells: np.ndarray, expected: np.ndarray) -> None:
    size = np.sqrt(np.diag(covariance))[:, None]
    made = nearest_by_pivoting(cells / size, covariance / (size * size.T), np.zeros((60, 1))) * size
    assert_allclose(made, expected, rtol=1e-6, atol=1e-6)
