"""What happens after the origin may not move anything that is said at the origin."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import Event, Panel, Projection, project
from forecasting.panel import MEASURES
from targets import Assessment, Goal, assess

ORIGIN = pd.Period("2022-06", "M")
N_BEFORE, N_AFTER = 30, 14
WEIGHTS = {"theta": 0.5, "naive": 0.5}


def panel(spoil: Callable[[dict[str, np.ndarray], slice], None] | None = None) -> Panel:
    """All and one type, 30 months to the origin and 14 after it, which `spoil` may change."""
    rng = np.random.default_rng(12)
    flows = {
        "entries": rng.poisson([[90], [25]], (2, N_BEFORE + N_AFTER)).astype(float),
        "exits": rng.poisson([[60], [9]], (2, N_BEFORE + N_AFTER)).astype(float),
        "adjustment": np.zeros((2, N_BEFORE + N_AFTER)),
    }
    after = slice(N_BEFORE, None)
    stock = np.array([[6000.0], [1500]]) + np.cumsum(flows["entries"] - flows["exits"], axis=1)
    values = flows | {"stock": stock}
    if spoil is not None:
        spoil(values, after)
    return Panel(
        keys=pd.DataFrame({"area": ["141033"] * 2, "entity_type": ["all", "enterprise"]}),
        months=pd.period_range(ORIGIN - N_BEFORE + 1, periods=N_BEFORE + N_AFTER, freq="M"),
        **values,
    )


def nothing(values: dict[str, np.ndarray], after: slice) -> None:
    for name in MEASURES:
        values[name][:, after] = np.nan


def thousandfold(values: dict[str, np.ndarray], after: slice) -> None:
    for name in ("entries", "exits"):
        values[name][:, after] *= 1000
    net = values["entries"] - values["exits"]
    values["stock"][:, after] = values["stock"][:, [N_BEFORE - 1]] + np.cumsum(net[:, after], axis=1)


def emptied(values: dict[str, np.ndarray], after: slice) -> None:
    for name in ("entries", "exits", "stock"):
        values[name][:, after] = 0.0
    values["adjustment"][:, N_BEFORE] = -values["stock"][:, N_BEFORE - 1]


def flows_only(values: dict[str, np.ndarray], after: slice) -> None:
    values["stock"][:, after] = np.nan
    values["entries"][:, after] = 7e7


SPOILS = [nothing, thousandfold, emptied, flows_only]


def event(start: pd.Period, end: pd.Period) -> Event:
    return Event(
        id="purge",
        area="140000",
        entity_type="all",
        kind="purge",
        start=start,
        end=end,
        title="集中清理",
        effect="mask",
        flows=("entries", "exits"),
    )


def projected(whole: Panel, *events: Event) -> Projection:
    return project(whole, 20, seed=2, n_paths=15, origin=ORIGIN, weights=WEIGHTS, events=events)


def assert_same_projection(one: Projection, other: Projection) -> None:
    for name in ("entries", "exits", "adjustment", "stock"):
        assert_allclose(getattr(one, name).values, getattr(other, name).values, rtol=0)
    assert_allclose(one.opening, other.opening, rtol=0)


def assert_same_assessment(one: Assessment, other: Assessment) -> None:
    for field in dataclasses.fields(Assessment):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, pd.DataFrame):
            pd.testing.assert_frame_equal(left, right, check_exact=True)
        elif isinstance(left, float) and math.isnan(left):
            assert math.isnan(right), field.name
        else:
            assert left == right, field.name


@pytest.fixture(scope="module")
def whole() -> Panel:
    return panel()


@pytest.fixture(scope="module")
def base(whole: Panel) -> Projection:
    return projected(whole)


@pytest.mark.parametrize("spoil", SPOILS)
def test_the_projection_does_not_move(base: Projection, spoil: Callable[[dict[str, np.ndarray], slice], None]) -> None:
    other = projected(panel(spoil))
    assert_same_projection(other, base)
    assert other.run == base.run
    assert other.run.id == base.run.id


def test_the_projection_is_that_of_the_panel_cut_off(whole: Panel, base: Projection) -> None:
    cut = project(whole.until(ORIGIN), 20, seed=2, n_paths=15, weights=WEIGHTS)
    assert_same_projection(cut, base)
    assert cut.run.id == base.run.id


def test_the_same_spoils_before_the_origin_do_move_it(base: Projection) -> None:
    """Or the tests above could not fail."""

    def earlier(values: dict[str, np.ndarray], after: slice) -> None:
        values["entries"][:, N_BEFORE - 1] += 500
        values["stock"][:, N_BEFORE - 1 :] += 500
        assert after.start == N_BEFORE

    other = projected(panel(earlier))
    assert not np.isclose(other.stock.values, base.stock.values).any()
    assert other.run.id != base.run.id


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize(
    ("kind", "value", "base_month", "deadline"),
    [
        ("level", 9000.0, "2020-12", "2024-02"),
        ("cagr", 0.15, "2020-06", "2023-12"),
        ("yoy_growth", 0.23, None, "2022-12"),
        ("increment", 800.0, "2021-12", "2022-12"),
        ("level", 6900.0, "2020-12", "2022-06"),
        ("level", 6900.0, "2020-12", "2022-03"),
        ("level", 9000.0, "2022-09", "2024-01"),  # its base is in the future: unknown, not looked up
        ("increment", 800.0, "2022-09", "2024-01"),
    ],
)
@pytest.mark.parametrize("entity_type", ["all", "enterprise"])
def test_the_assessment_does_not_move(
    whole: Panel,
    base: Projection,
    spoil: Callable[[dict[str, np.ndarray], slice], None],
    kind: str,
    value: float,
    base_month: str | None,
    deadline: str,
    entity_type: str,
) -> None:
    goal = Goal(
        id="goal",
        area="141033",
        entity_type=entity_type,
        indicator="entities",
        indicator_name="市场主体总数",
        kind=kind,
        value=value,
        unit="户",
        comparison="at_least",
        deadline=pd.Period(deadline, "M"),
        base_month=None if base_month is None else pd.Period(base_month, "M"),
    )
    expected = assess(goal, whole, base, area_name="蒲县")
    if kind == "level" or base_month != "2022-09":
        assert math.isfinite(expected.actual)
    else:
        assert expected.state == "no_data"
    assert_same_assessment(assess(goal, panel(spoil), base, area_name="蒲县"), expected)


def test_events_after_the_origin_change_nothing(whole: Panel, base: Projection) -> None:
    later = projected(whole, event(ORIGIN + 1, ORIGIN + 3))
    assert_same_projection(later, base)
    assert later.run.id == base.run.id


def test_the_end_of_an_event_after_the_origin_moves_no_path(whole: Panel, base: Projection) -> None:
    short = projected(whole, event(ORIGIN - 1, ORIGIN))
    long = projected(whole, event(ORIGIN - 1, ORIGIN + 6))
    assert_same_projection(long, short)
    assert not np.isclose(short.entries.values, base.entries.values).all()
