"""Reconciled paths against MinT in closed form and against scipy's non-negative least squares, on dense matrices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import nnls

from forecasting import Panel, Paths
from forecasting.ensemble import forecast
from forecasting.hierarchy import TYPES, Hierarchy
from forecasting.projector import LEAST_SHRINKAGE
from forecasting.reconciliation import reconcile
from targets.rollup import roll_up

PARENTS = {"140721": "140700", "140722": "140700", "141033": "141000", "140700": "140000", "141000": "140000"}


@pytest.fixture(scope="module")
def province() -> Hierarchy:
    held = [(area, kind) for area in [*PARENTS, "140000"] for kind in ("all", *TYPES)]
    return Hierarchy.from_keys(pd.DataFrame(held, columns=["area", "entity_type"]), PARENTS)


@pytest.fixture(scope="module")
def errors(province: Hierarchy) -> np.ndarray:
    """Errors with a shared part, larger where more is counted."""
    rng = np.random.default_rng(4)
    size = np.asarray(province.summing.sum(axis=1))[:, None]
    return size**0.7 * (rng.normal(size=(province.n_nodes, 40)) + rng.normal(size=40)) * rng.uniform(1, 6, size.shape)


@pytest.fixture(scope="module")
def precision(errors: np.ndarray) -> np.ndarray:
    """W^-1 written out: lambda pair by pair, the covariance, its inverse."""
    months = errors.shape[1]
    centred = errors - errors.mean(axis=1, keepdims=True)
    z = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True))
    r = z @ z.T / months
    off = ~np.eye(len(z), dtype=bool)
    products = z[:, None, :] * z[None, :, :]
    variance = ((products - r[:, :, None]) ** 2).sum(axis=2) / (months * (months - 1))
    shrunk = max(LEAST_SHRINKAGE, variance[off].sum() / (r[off] ** 2).sum())
    s = np.sqrt((errors**2).mean(axis=1))
    return np.linalg.inv(np.outer(s, s) * np.where(off, (1 - shrunk) * r, 1.0))


def base(province: Hierarchy, noise: float) -> np.ndarray:
    rng = np.random.default_rng(9)
    level = province.summing @ rng.uniform(5, 60, province.n_cells)
    return level[:, None, None] * np.exp(rng.normal(0.0, noise, (province.n_nodes, 30, 2)))


def test_the_closed_form_where_nothing_is_negative(
    province: Hierarchy, errors: np.ndarray, precision: np.ndarray
) -> None:
    s = province.summing.toarray()
    paths = base(province, 0.05)
    projection = s @ np.linalg.inv(s.T @ precision @ s) @ s.T @ precision
    expected = np.einsum("ij,jph->iph", projection, paths)
    assert expected.min() > 0
    made = reconcile(Paths(paths), province, errors).values
    assert_allclose(made, expected, rtol=1e-6, atol=1e-4)
    assert_allclose(made.mean(axis=1), np.einsum("ij,jh->ih", projection, paths.mean(axis=1)), rtol=1e-6, atol=1e-4)


def test_least_squares_where_the_closed_form_is_negative(
    province: Hierarchy, errors: np.ndarray, precision: np.ndarray
) -> None:
    s = province.summing.toarray()
    paths = base(province, 1.5)
    root = np.linalg.cholesky((precision + precision.T) / 2).T
    solved = [[nnls(root @ s, root @ paths[:, p, h])[0] for h in range(2)] for p in range(30)]
    expected = np.einsum("ij,phj->iph", s, np.array(solved))
    assert (np.array(solved) == 0).mean() > 0.05
    assert_allclose(reconcile(Paths(paths), province, errors).values, expected, rtol=1e-4, atol=1e-2)


@pytest.mark.slow
def test_sums_of_us_states_are_forecast_as_well_as_bottom_up(shared: Path) -> None:
    """Applications of 26 states and their sum, 60 months seen, totals of the 12 months from each January 2016 to 2019.

    Origins the least shrinkage was not chosen on. Measured: CRPS 1.87 % of the total, bottom-up 1.91 %.
    """
    table = pd.read_parquet(shared / "data" / "registrations" / "us_bfs_states_dev.parquet")
    wide = table[table["series"] == "BA_CBA"].pivot_table(index="area", columns="month", values="entries")
    wide = wide.loc[wide.notna().all(axis=1)]
    months = pd.PeriodIndex(pd.to_datetime(wide.columns.astype(str)), freq="M")
    states = pd.DataFrame({"area": wide.index, "entity_type": "all"})
    unknown = np.full(wide.shape, np.nan)
    panel = roll_up(Panel(states, months, wide.to_numpy(), unknown, unknown, unknown), dict.fromkeys(wide.index, "US"))
    hierarchy = Hierarchy.from_keys(panel.keys, dict.fromkeys(wide.index, "US"))
    top = (panel.keys["area"] == "US").to_numpy()
    crps: dict[str, list[float]] = {"reconciled": [], "bottom-up": []}
    for year in range(2015, 2019):
        end = int(np.flatnonzero(panel.months == pd.Period(f"{year}-12", "M"))[0]) + 1
        paths = forecast(panel.entries[:, end - 60 : end], 12, rng=np.random.default_rng(1), n_paths=500)
        came = panel.entries[top, end : end + 12].sum()
        for name, values in (
            ("reconciled", reconcile(paths, hierarchy).values[top][0]),
            ("bottom-up", paths.values[~top].sum(axis=0)),
        ):
            totals = values.sum(axis=1)
            spread = np.abs(totals[:, None] - totals).sum() / (len(totals) * (len(totals) - 1)) / 2
            crps[name].append(float(np.abs(totals - came).mean() - spread) / came)
    assert np.mean(crps["reconciled"]) < np.mean(crps["bottom-up"])
