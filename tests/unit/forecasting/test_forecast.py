"""`forecast` takes any matrix; what cannot be fitted is told, and takes nothing else down."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from forecasting import ModelError, forecast
from forecasting.ensemble import simulate
from forecasting.models import MODELS
from forecasting.models.linear import LinearFitted, LinearSeries, fit_each
from forecasting.stockflow import MEMBERS

NAN = math.nan


def monthly(n: int, *, seed: int = 5) -> np.ndarray:
    season = np.array([-25.0, -18, 5, 8, 6, 2, 0, 3, 4, 1, -2, 16])
    return 80 + np.resize(season, n) + 0.3 * np.arange(n) + np.random.default_rng(seed).normal(0, 4, n)


def run(y: object, horizon: int = 4, **options: object) -> np.ndarray:
    options = {"n_paths": 30, "rng": np.random.default_rng(1)} | options
    return forecast(np.asarray(y, dtype=float), horizon, **options).values  # type: ignore[arg-type]


class Picky:
    """Carries the last value on; cannot be fitted to series that begin with 13, and not far ahead after 7."""

    def __init__(self, error: Exception | None = None, name: str = "picky") -> None:
        self.error = error or ValueError("unlucky")
        self.name = name

    def fit(self, y: np.ndarray) -> LinearFitted:
        return fit_each(self.name, y, self._fit_one)

    def _fit_one(self, values: np.ndarray) -> LinearSeries:
        if values[0] == 13:
            raise self.error

        def centre(horizon: int) -> np.ndarray:
            path = np.full(horizon, values[-1])
            if values[0] == 7:
                path[24:] = np.inf
            return path

        return LinearSeries(
            centre=centre,
            response=lambda horizon: np.eye(horizon)[0],
            residuals=values - values.mean(),
            scale=0.0,
        )


# Arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "options", "message"),
    [
        ([[1.0, 2, 3]], {"transform": "sqrt"}, "变换“sqrt”应为 none、log1p 之一。"),
        ([[1.0, 2], [3, -1], [-2, NAN]], {}, '第2、3行有负数，不能取对数。请改用 transform="none"。'),
        ([[1.0, 2]], {"members": ("ets", "prophet")}, "没有名为“prophet”的模型，现有 ets、theta、airline、naive。"),
        ([[1.0, 2]], {"members": ()}, "现有 ets、theta、airline、naive。"),
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


@pytest.mark.parametrize("level", [0.0, 7.0, 12345.0])
@pytest.mark.parametrize("n", [2, 5, 30, 40])
def test_a_constant_series_stays(level: float, n: int) -> None:
    """statsmodels 0.15 gives theta on a constant series a slope; 7 became 66 850 within six months."""
    assert_allclose(run(np.full(n, level)), level, rtol=1e-6, atol=1e-9)


def test_a_perfect_season_stays() -> None:
    whole = np.resize(monthly(12), 48)
    assert_allclose(run(whole, horizon=14), np.broadcast_to(whole[:14], (1, 30, 14)), rtol=0.02)


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


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no"),
        np.linalg.LinAlgError("no"),
        ZeroDivisionError("no"),
        OverflowError("no"),
        FloatingPointError("no"),
        IndexError("no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_member_that_fails_on_one_series_drops_out_there(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setitem(MODELS, "picky", Picky(error))
    y = np.array([[4.0, 6, 8, 9], [13, 2, 3, 5]])
    paths, failures = simulate(y, 3, rng=np.random.default_rng(1), n_paths=50, members=("picky", "naive"))
    assert [(one.model, one.row, one.reason) for one in failures] == [("picky", 1, f"{type(error).__name__}: no")]
    naive, _ = simulate(y, 3, rng=np.random.default_rng(1), n_paths=50, members=("naive",))
    assert_allclose(paths[1], naive[1])
    # Of picky without spread and naive on the same numbers, the mean path by path.
    assert_allclose(paths[0], (9 + naive[0]) / 2)


def test_the_fallback_stands_in_where_every_member_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "picky", Picky())
    monkeypatch.setitem(MODELS, "fussy", Picky(name="fussy"))
    y = np.array([[13.0, 2, 3, 5], [4, 6, 8, 9]])
    paths, failures = simulate(y, 3, rng=np.random.default_rng(1), n_paths=50, members=("picky", "fussy"))
    assert [(one.model, one.row) for one in failures] == [("picky", 0), ("fussy", 0)]
    assert_allclose(paths[1], 9.0)
    assert_allclose(paths[0].mean(), (13 + 2 + 3 + 5) / 4, atol=0.5)  # the fallback: mean of the months there are
    assert paths[0].std() > 0.1


def test_paths_that_run_away_are_told_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sound for the 24 months that are probed on fitting, infinite after them."""
    monkeypatch.setitem(MODELS, "picky", Picky())
    y = np.array([[4.0, 6, 8, 9], [7, 2, 3, 5]])
    near, failures = simulate(y, 24, rng=np.random.default_rng(1), n_paths=5, members=("picky",))
    assert failures == ()
    assert_allclose(near[1], 5.0)
    far, failures = simulate(y, 25, rng=np.random.default_rng(1), n_paths=5, members=("picky",))
    assert [(one.model, one.row, one.reason) for one in failures] == [("picky", 1, "paths are not finite")]
    assert np.isfinite(far).all()
    assert_allclose(far[0], 9.0)


def test_a_series_too_short_for_every_member_is_reported() -> None:
    y = np.vstack([monthly(8), np.r_[np.full(7, NAN), 5.0]])
    paths, failures = simulate(np.log1p(y), 3, rng=np.random.default_rng(1), n_paths=20, members=MEMBERS)
    assert {(one.model, one.row) for one in failures} == {(name, 1) for name in MEMBERS}
    assert np.isfinite(paths).all()


def test_the_ensemble_is_the_mean_of_its_members_on_the_same_numbers() -> None:
    """Independent draws would average out, and the ensemble would be surer than any of its members."""
    y = np.log(monthly(30))[None]
    alone = [
        simulate(y, 5, rng=np.random.default_rng(2), n_paths=200, members=(name,))[0] for name in ("airline", "theta")
    ]
    both, _ = simulate(y, 5, rng=np.random.default_rng(2), n_paths=200, members=("airline", "theta"))
    assert_allclose(both, (alone[0] + alone[1]) / 2, rtol=1e-9)
    assert both[0, :, 0].std() > 0.95 * min(one[0, :, 0].std() for one in alone)


def test_every_model_names_itself() -> None:
    assert {name: model.name for name, model in MODELS.items()} == {name: name for name in MODELS}
    assert set(MEMBERS) <= set(MODELS)
    assert "naive" not in MEMBERS


def test_the_fallback_by_hand() -> None:
    """Level: mean of the last twelve. Season: mean deviation from each of the last full years."""
    first = np.array([4.0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 10])  # mean 2
    second = np.array([7.0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 11])  # mean 4
    series = MODELS["naive"].fit(np.r_[5.0, first, second][None]).series[0]  # type: ignore[attr-defined]
    january = ((4 - 2) + (7 - 4)) / 2
    december = ((10 - 2) + (11 - 4)) / 2
    middle = ((1 - 2) + (3 - 4)) / 2
    assert_allclose(series.centre(13), 4 + np.array([january, *[middle] * 10, december, january]))
    assert_allclose(series.response(3), [1, 0.3, 0.3])


@pytest.mark.parametrize("name", list(MODELS))
def test_horizons_of_one_month(name: str) -> None:
    series = MODELS[name].fit(np.log(monthly(30))[None]).series[0]  # type: ignore[attr-defined]
    assert_allclose(series.response(1), [1.0])
    assert_allclose(series.centre(1), series.centre(5)[:1])
    assert_allclose(series.response(9), series.response(20)[:9])
