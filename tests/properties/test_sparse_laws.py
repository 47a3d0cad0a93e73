"""Laws of the projection from few counts, whatever the counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from forecasting.sparse import COUNT_COLUMNS, carry_out_counts, plan_counts
from forecasting.sparse.model import PRIOR, Smoothed, first_path, smooth_counts, split
from forecasting.sparse.season import FLAT
from forecasting.sparse.system import Scene, System

FIRST = pd.Period("2021-12", "M")
#: A fit an example takes too long to look for the smallest example that fails.
FEW = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
stocks = st.lists(st.integers(0, 10**8), min_size=2, max_size=4)
flows = st.lists(
    st.tuples(st.sampled_from(["entries", "exits", "net"]), st.integers(1, 30), st.integers(1, 12), st.floats(0, 0.3)),
    max_size=3,
    unique_by=lambda flow: flow[0],
)


def counts(rows: list[tuple[str, pd.Period, pd.Period, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame([("141033", "all", *row) for row in rows], columns=COUNT_COLUMNS)
    return table.astype({"value": float, "precision": float})


def smoothed(table: pd.DataFrame, n_months: int) -> Smoothed:
    months = pd.period_range(FIRST, periods=n_months, freq="M")
    return smooth_counts(Scene(table, ("all",), months, FLAT, np.zeros((1, 2, n_months), dtype=bool)))


@FEW
@given(values=stocks, parts=flows, precision=st.sampled_from([0.5, 50.0, 5000.0]), seed=st.integers(0, 99))
@example(values=[0, 14], parts=[], precision=0.5, seed=0)  # nearly nobody, hence nearly any rate
@example(values=[0, 2266651], parts=[("exits", 10, 2, 0.25)], precision=50.0, seed=0)
def test_identity_is_exact_and_nothing_is_negative(
    values: list[int], parts: list[tuple[str, int, int, float]], precision: float, seed: int
) -> None:
    rows = [("stock", FIRST + 9 * i, FIRST + 9 * i, float(value), precision) for i, value in enumerate(values)]
    rows += [
        (measure, FIRST + start, FIRST + start + length - 1, round(share * max(values)), precision)
        for measure, start, length, share in parts
    ]
    projection = carry_out_counts(plan_counts(counts(rows), 18, seed=seed, n_paths=40))
    before = np.concatenate(
        [np.broadcast_to(projection.opening[:, None, None], (1, 40, 1)), projection.stock.values[:, :, :-1]], axis=2
    )
    change = projection.entries.values - projection.exits.values + projection.adjustment.values
    np.testing.assert_array_equal(before + change, projection.stock.values)
    assert min(getattr(projection, name).values.min() for name in ("entries", "exits", "stock")) >= 0


@FEW
@given(
    start=st.integers(2_000, 10**6),
    growth=st.floats(0.9, 1.3),
    coarse=st.floats(0.002, 0.02),
    finer=st.floats(0.05, 0.9),
)
def test_a_more_precise_count_does_not_widen_the_stock_at_the_origin(
    start: int, growth: float, coarse: float, finer: float
) -> None:
    """Of the same figures; the scales held, for figures known better may show that they move more."""

    def spread(precision: float) -> float:
        rows = [
            ("stock", FIRST, FIRST, float(start), 0.5),
            ("stock", FIRST + 12, FIRST + 12, start * growth, precision),
        ]
        months = pd.period_range(FIRST, periods=13, freq="M")
        scene = Scene(counts(rows), ("all",), months, FLAT, np.zeros((1, 2, 13), dtype=bool))
        system = System(scene, log_rates=np.log([0.015, 0.005]), spreads=np.array([0.4, 0.6]), stock=first_path(scene))
        return float(system.smooth(*split(PRIOR.mean)).smoothed_state_cov[2, 2, -1])

    assert spread(coarse * finer * start) <= spread(coarse * start) * (1 + 1e-3)


@FEW
@given(
    parts=st.tuples(*[st.integers(40, 160)] * 3),
    exits=st.integers(10, 60),
)
def test_a_sum_and_all_but_one_of_its_parts_say_what_all_parts_say(parts: tuple[int, int, int], exits: int) -> None:
    base = [
        ("stock", FIRST, FIRST, 4000.0, 0.5),
        ("exits", FIRST + 1, FIRST + 3, float(exits), 0.5),
    ]
    months = [("entries", FIRST + 1 + i, FIRST + 1 + i, float(part), 0.5) for i, part in enumerate(parts)]
    whole = ("entries", FIRST + 1, FIRST + 3, float(sum(parts)), 0.5)
    by_parts = smoothed(counts([*base, *months]), 4)
    for left_out in range(3):
        kept = [month for i, month in enumerate(months) if i != left_out]
        by_sum = smoothed(counts([*base, whole, *kept]), 4)
        # Half an entity of rounding counts three times instead of once.
        assert_allclose(by_sum.mean, by_parts.mean, rtol=2e-3)
        assert_allclose(by_sum.stock, by_parts.stock, rtol=1e-3)
