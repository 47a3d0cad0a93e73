"""`forecast` takes any matrix; what cannot be fitted is told, and takes nothing else down."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from forecasting import ModelError, forecast
from forecasting.ensemble import EnsembleFitted, backtest_weights, fit
from forecasting.members import FALLBACK, MEMBERS
from forecasting.models import MODELS, Failure
from forecasting.transforms import Transform

NAN = math.nan


def monthly(n: int, *, seed: int = 5) -> np.ndarray:
    season = np.array([-25.0, -18, 5, 8, 6, 2, 0, 3, 4, 1, -2, 16])
    return 80 + np.resize(season, n) + 0.3 * np.arange(n) + np.random.default_rng(seed).normal(0, 4, n)


def run(y: object, horizon: int = 4, **options: object) -> np.ndarray:
    options = {"n_paths": 30, "rng": np.random.default_rng(1)} | options
    return forecast(np.asarray(y, dtype=float), horizon, **options).values  # type: ignore[arg-type]


class Picky:
    """Carries the last value on without spread; fails on series that begin with 13, and far ahead after 7."""

    def __init__(self, name: str = "picky") -> None:
        self.name = name

    def fit(self, y: np.ndarray) -> Picky:
        self.y = y
        self.residuals = y - y.mean(axis=1, keepdims=True)
        self.failures = tuple(
            Failure(model=self.name, row=row, reason="unlucky") for row in np.flatnonzero(y[:, 0] == 13).tolist()
        )
        return self

    def follow(self, shocks: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        y = self.y if rows is None else self.y[rows]
        paths = np.repeat(np.repeat(y[:, -1:, None], shocks.shape[1], axis=1), shocks.shape[2], axis=2)
        paths[y[:, 0] == 13] = np.nan
        paths[y[:, 0] == 7, :, 24:] = np.inf
        paths[y[:, 0] == 5, :, 2:] = 1e6
        return paths


def identity(n: int) -> Transform:
    one = np.ones((n, 1))
    return Transform(power=one, unit=one, shift=0 * one, is_signed=one > 0)


def fitted(y: np.ndarray, members: tuple[str, ...], **options: object) -> EnsembleFitted:
    return fit(y, members=members, transform=identity(len(y)), **options)  # type: ignore[arg-type]


# Arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "options", "message"),
    [
        ([[1.0, 2, 3]], {"transform": "sqrt"}, "变换“sqrt”应为 auto、log、log1p、boxcox、none 之一。"),
        (
            [[1.0, 2], [3, -1], [-2, NAN]],
            {"transform": "log1p"},
            '第2、3行有负数，不能取对数。请改用 transform="none"。',
        ),
        ([[1.0, 2], [0, 1]], {"transform": "log"}, "第2行有零或负数，不能取对数。"),
        (
            [[1.0, 2]],
            {"members": ("ets", "prophet")},
            "没有名为“prophet”的模型，现有 ets、theta、ces、arima、harmonic、naive",
        ),
        ([[1.0, 2]], {"members": ()}, "组合至少要有一个模型，每个只列一次。"),
        ([[1.0, 2]], {"members": ("ets", "ets")}, "组合至少要有一个模型，每个只列一次。"),
        ([[1.0, 2]], {"season": 0}, "季节周期（0）至少为1。"),
        ([[1.0, 2]], {"horizon": 0}, "预测月数（0）和路径数（30）至少为1。"),
        ([[1.0, 2]], {"n_paths": 0}, "预测月数（4）和路径数（0）至少为1。"),
        ([[1.0, 2], [NAN, NAN], [3, 4], [NAN, NAN]], {}, "第2、4行没有任何观测值，无法预测。"),
        (np.empty((1, 0)), {}, "第1行没有任何观测值"),
        ([[1.0, 2], [3, math.inf]], {}, "第2行有无穷大的数。"),
        ([[1.0, -math.inf]], {"transform": "none"}, "第1行有无穷大的数。"),
    ],
)
def test_an_argument_at_fault(y: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        run(y, **options)  # type: ignore[arg-type]


def test_one_series_may_be_a_vector() -> None:
    assert run(monthly(6), members=("naive",)).shape == (1, 30, 4)


# Any input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 5, 13, 25])
def test_a_short_history(n: int) -> None:
    values = run(monthly(n), horizon=14)
    assert values.shape == (1, 30, 14)
    assert (values >= 0).all()
    assert 0.3 < np.median(values) / monthly(n).mean() < 3


@pytest.mark.parametrize(("n", "width"), [(2, 0.6), (5, 0.3), (30, 0.05), (40, 0.03)])
def test_constant_series_stay(n: int, width: float) -> None:
    """The centre stays; that nothing ever moves is the less certain the less was seen. A slope would be a fault."""
    level = np.array([0.0, 7.0, 12345.0])
    paths = run(np.repeat(level[:, None], n, axis=1), n_paths=200)
    assert_allclose(np.median(paths, axis=1), np.repeat(level[:, None], 4, axis=1), rtol=0.01, atol=1e-3)
    low, high = np.quantile(paths, [0.1, 0.9], axis=1)
    assert (high - low <= width * level[:, None] + 0.1).all()


def test_a_perfect_season_stays() -> None:
    whole = np.resize(monthly(12), 48)
    assert_allclose(np.median(run(whole, horizon=14, n_paths=200), axis=1), whole[None, :14], rtol=0.02)


def test_zeros_among_few() -> None:
    counts = np.random.default_rng(2).poisson(0.7, 40).astype(float)
    values = run(counts, horizon=12)
    assert (counts == 0).sum() > 10
    assert (values >= 0).all()
    assert values.max() < 100


@pytest.mark.parametrize("scale", [1e9, 1e300])
def test_huge_values(scale: float) -> None:
    values = run(monthly(30) * scale)
    assert np.isfinite(values).all()
    assert 0.3 < np.median(values) / (monthly(30).mean() * scale) < 3


@pytest.mark.parametrize(
    "holes",
    [[0, 1, 2], [33, 34, 35], [5, 17, 18, 19], [0, 7, 35], [*range(1, 35)], [*range(35)], [*range(1, 36)]],
    ids=["start", "end", "inside", "all over", "two left", "last left", "first left"],
)
def test_holes(holes: list[int]) -> None:
    values = monthly(36)
    values[holes] = NAN
    paths = run(values, horizon=3)
    assert np.isfinite(paths).all()
    assert 0.2 < np.median(paths) / np.nanmean(values) < 5


def test_any_real_number_without_a_transform() -> None:
    values = run(50 - monthly(30), transform="none")
    assert values.min() < 0
    assert_allclose(np.median(values), (50 - monthly(30)).mean(), atol=40)


# Members that drop out --------------------------------------------------------------------------------------------


def test_a_member_that_fails_on_one_series_hands_its_paths_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "picky", Picky())
    y = np.array([[4.0, 6, 8, 9], [13, 2, 3, 5]])
    paths, failures = fitted(y, ("picky", "theta")).paths(3, 40, np.random.default_rng(1))
    assert failures == (Failure(model="picky", row=1, reason="unlucky"),)
    # Half of the paths are picky's, mirrored ones together: 0-9 and 20-29.
    assert_allclose(paths[0, np.r_[0:10, 20:30]], 9.0)
    assert paths[0, np.r_[10:20, 30:40], 0].std() > 0.1
    assert paths[1, :, 0].std() > 0.1
    # theta, which took over, is not the fallback: its centre goes on with part of the slope.
    alone, _ = fitted(y, ("naive",)).paths(3, 40, np.random.default_rng(1))
    assert abs(paths[1].mean() - alone[1].mean()) > 0.05


def test_the_fallback_stands_in_where_every_member_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "picky", Picky())
    monkeypatch.setitem(MODELS, "fussy", Picky("fussy"))
    y = np.array([[13.0, 2, 3, 5], [4, 6, 8, 9]])
    paths, failures = fitted(y, ("picky", "fussy")).paths(3, 50, np.random.default_rng(1))
    assert [(one.model, one.row) for one in failures] == [("picky", 0), ("fussy", 0)]
    assert_allclose(paths[1], 9.0)
    naive, _ = fitted(y[:1], ("naive",)).paths(3, 50, np.random.default_rng(1))
    assert_allclose(paths[0].mean(), naive[0].mean(), atol=0.2)
    assert paths[0].std() > 0.1


def test_paths_that_are_not_finite_are_told_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "picky", Picky())
    y = np.array([[4.0, 6, 8, 9], [7, 2, 3, 5]])
    near, failures = fitted(y, ("picky",)).paths(24, 6, np.random.default_rng(1))
    assert failures == ()
    assert_allclose(near[1], 5.0)
    far, failures = fitted(y, ("picky",)).paths(25, 6, np.random.default_rng(1))
    assert failures == (Failure(model="picky", row=1, reason="paths are not finite"),)
    assert np.isfinite(far).all()
    assert_allclose(far[0], 9.0)


def test_a_forecast_beyond_the_plausible_range_is_replaced_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Observed from 2 to 6, so a centre may go from 2 - 4 to 6 + 4."""
    monkeypatch.setitem(MODELS, "picky", Picky())
    y = np.array([[5.0, 2, 6, 4], [4, 2, 6, 10], [4, 2, 6, 4]])
    paths, failures = fitted(y, ("picky",)).paths(3, 50, np.random.default_rng(1))
    assert failures == (
        Failure(model="picky", row=0, reason=f"centre leaves the plausible range; replaced by {FALLBACK}"),
    )
    assert paths[0].max() < 40
    assert_allclose(paths[1], 10.0)
    within, failures = fitted(y, ("picky",)).paths(2, 50, np.random.default_rng(1))
    assert failures == ()
    assert_allclose(within[0], 4.0)


def test_an_explosion_is_held() -> None:
    """1, 1 000, 100 000 000: a line through their logarithms would reach 10^200 in four years."""
    paths = run([[1.0, 1e3, 1e8]], 48, n_paths=200)
    assert np.isfinite(paths).all()
    assert np.median(paths[0], axis=0).max() < 1e12


# Shares of the paths ----------------------------------------------------------------------------------------------


def test_weights_are_shares_of_the_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "picky", Picky())
    y = np.array([[4.0, 6, 8, 9, 7, 9]])
    paths, _ = fitted(y, ("naive", "picky"), weights={"naive": 1.0, "picky": 3.0}).paths(
        2, 80, np.random.default_rng(1)
    )
    assert (paths[0, :, 0] == 9.0).sum() == 60
    paths, _ = fitted(y, ("naive", "picky"), weights={"naive": 1.0, "picky": 0.0}).paths(
        2, 80, np.random.default_rng(1)
    )
    assert (paths[0, :, 0] == 9.0).sum() == 0


def test_an_odd_number_of_paths() -> None:
    assert run([monthly(30)], 3, n_paths=7).shape == (1, 7, 3)
    assert run([monthly(30)], 3, n_paths=1).shape == (1, 1, 3)


def test_weights_of_a_backtest_are_shrunk_to_equal() -> None:
    """Mean errors 1 and 2: inverse squares 1 and 1/4, shares 0.8 and 0.2; 30 errors of 30 + 50 count 3/8."""
    errors = {"a": np.tile([0.5, 1.5], 15), "b": np.full(30, 2.0)}
    weights = backtest_weights(errors)
    assert_allclose(weights["a"], 5 / 8 * 0.5 + 3 / 8 * 0.8)
    assert_allclose(weights["b"], 5 / 8 * 0.5 + 3 / 8 * 0.2)
    assert backtest_weights({"a": np.array([np.nan]), "b": np.array([np.nan])}) == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize(
    "weights", [{"naive": 1.0}, {"naive": -1.0, "theta": 2.0}, {"naive": 0.0, "theta": 0.0}, {"naive": 1.0, "ets": 1.0}]
)
def test_weights_at_fault(weights: dict[str, float]) -> None:
    with pytest.raises(ModelError, match="权重应对每个模型"):
        run([monthly(30)], members=("naive", "theta"), weights=weights)


def test_members_share_the_random_numbers() -> None:
    """Two series driven by the same errors rise and fall together, whatever member a path belongs to."""
    y = np.vstack([monthly(60), 3 * monthly(60) + 5])
    paths, _ = fit(y).paths(2, 400, np.random.default_rng(3))
    deviation = np.log(paths[:, :, 0]) - np.log(paths[:, :, 0]).mean(axis=1, keepdims=True)
    assert np.corrcoef(deviation)[0, 1] > 0.8


def test_blocks_are_the_whole_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    y = np.vstack([monthly(40, seed=seed) for seed in range(7)])
    whole, _ = fit(y).paths(5, 60, np.random.default_rng(3))
    monkeypatch.setattr("forecasting.ensemble.BLOCK_BYTES", 2 * 60 * 5 * 8)
    parts = list(fit(y).blocks(5, 60, np.random.default_rng(3)))
    assert [rows.tolist() for rows, _, _ in parts] == [[0, 1], [2, 3], [4, 5], [6]]
    assert_allclose(np.concatenate([paths for _, paths, _ in parts]), whole, rtol=1e-9)


def test_a_longer_horizon_leaves_the_earlier_months() -> None:
    y = np.vstack([monthly(40, seed=seed) for seed in range(3)])
    assert_allclose(run(y, 4), run(y, 9)[:, :, :4], rtol=1e-9)


def test_every_default_member_is_there() -> None:
    assert set(MEMBERS) < set(MODELS)
    assert FALLBACK in MODELS
    assert FALLBACK not in MEMBERS


# The fallback -----------------------------------------------------------------------------------------------------


def test_the_fallback_is_last_year_again() -> None:
    year = np.array([4.0, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 10])
    paths = MODELS[FALLBACK].fit(np.r_[year + 3, year][None]).simulate(13, 4000, np.random.default_rng(1))
    assert_allclose(paths[0].mean(axis=0), np.r_[year, year[0]], atol=0.05)


def test_the_fallback_takes_months_never_seen_for_the_mean() -> None:
    """Three months, 7, 2 and 3: the fourth to the twelfth are 4, then the three again."""
    paths = MODELS[FALLBACK].fit(np.array([[7.0, 2, 3]])).simulate(12, 4000, np.random.default_rng(1))
    assert_allclose(paths[0].mean(axis=0), np.r_[np.full(9, 4.0), 7, 2, 3], atol=0.1)
