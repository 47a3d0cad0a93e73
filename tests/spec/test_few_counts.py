"""Few counts, worked by hand: what a stated growth implies, what the identity leaves, what a season and a sum are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from data.catalogue import counts_from_published, load_events
from forecasting.panel import Panel
from forecasting.sparse import carry_out_counts, counts_of_panel, plan_counts, season_of_counts
from forecasting.sparse.cumulators import cumulators


def table(*rows: tuple[str, str, str, float, float], area: str = "141033", entity_type: str = "all") -> pd.DataFrame:
    """Rows (measure, start, end, value, precision)."""
    counts = pd.DataFrame(rows, columns=["measure", "start", "end", "value", "precision"])
    months = {name: pd.PeriodIndex(counts[name], freq="M") for name in ("start", "end")}
    return counts.assign(area=area, entity_type=entity_type, **months)


def published(area: str, entity_type: str, measure: str, end: str) -> tuple[float, float]:
    counts = counts_from_published([area])
    own = counts[(counts["entity_type"] == entity_type) & (counts["measure"] == measure) & (counts["end"] == end)]
    assert len(own) == 1
    return float(own["value"].iloc[0]), float(own["precision"].iloc[0])


def test_growth_over_a_year_tells_the_stock_before() -> None:
    # 334 358, 30.47 % above the year before: 334358 / 1.3047 = 256271.9; (0.5 + 256271.9 x 0.00005) / 1.3047 = 10.2.
    assert published("141000", "all", "stock", "2022-05") == (334358.0, 0.5)
    assert_allclose(published("141000", "all", "stock", "2021-05"), (256271.9399, 10.2043), rtol=1e-5)


def test_growth_of_a_flow_tells_the_same_months_of_the_year_before() -> None:
    # 9 983 000 in the first half of 2018, 12.5 % more: 8873778; (500 + 8873778 x 0.0005) / 1.125 = 4388.
    assert_allclose(published("100000", "all", "entries", "2017-06"), (8873777.8, 4388.35), rtol=1e-5)


def test_growth_since_a_year_end_stands_in_the_note() -> None:
    # 1.34亿, 比2019年末增长9.0%: 134000000 / 1.09 = 122935780; (500000 + 122935780 x 0.0005) / 1.09 = 515108.
    assert_allclose(published("100000", "all", "stock", "2019-12"), (122935779.8, 515108.2), rtol=1e-6)


def test_figures_of_another_basis_are_left_out() -> None:
    counts = counts_from_published()
    assert not (counts["value"] == 23576507).any()  # Tianyancha's
    assert not (counts["value"] == 813336).any()  # the census's
    assert not (counts["value"] == 640000).any()  # a target


def test_exits_follow_from_two_stocks_and_the_entries_between() -> None:
    # 10000 + 3000 - exits = 11000: 2000 left. Mean stock 10500, of which entries are 2/7 and exits 4/21.
    counts = table(
        ("stock", "2022-12", "2022-12", 10000, 0.5),
        ("entries", "2023-01", "2023-12", 3000, 0.5),
        ("stock", "2023-12", "2023-12", 11000, 0.5),
    )
    projection = carry_out_counts(plan_counts(counts, 12, seed=3, n_paths=4000))
    assert projection.opening == [11000.0]
    # Mean stock of the coming year about 11500.
    assert_allclose(np.median(projection.entries.values.sum(axis=2)), 11500 * 2 / 7, rtol=0.05)
    assert_allclose(np.median(projection.exits.values.sum(axis=2)), 11500 * 4 / 21, rtol=0.06)
    assert_allclose(np.median(projection.stock.values[:, :, -1]), 11000 * 1.1, rtol=0.02)


def test_net_additions_are_as_good_as_the_stock_they_lead_to() -> None:
    ends = table(("stock", "2022-12", "2022-12", 800, 0.5), ("stock", "2023-12", "2023-12", 960, 0.5))
    net = table(("stock", "2022-12", "2022-12", 800, 0.5), ("net", "2023-01", "2023-12", 160, 0.5))
    one, other = (carry_out_counts(plan_counts(counts, 6, seed=5, n_paths=2000)) for counts in (ends, net))
    assert_allclose(other.opening, [960.0], atol=1.0)
    assert_allclose(
        np.quantile(other.stock.values[0, :, -1], [0.05, 0.5, 0.95]),
        np.quantile(one.stock.values[0, :, -1], [0.05, 0.5, 0.95]),
        rtol=0.01,
    )


def test_periods_share_a_cumulator_where_they_begin_together_or_do_not_overlap() -> None:
    counts = table(
        ("entries", "2023-01", "2023-03", 30, 0.5),  # first: both begin in January
        ("entries", "2023-01", "2023-06", 70, 0.5),
        ("entries", "2023-06", "2023-06", 15, 0.5),  # second: June lies in the half year
        ("entries", "2023-07", "2023-09", 36, 0.5),  # first again
        ("exits", "2023-07", "2023-07", 4, 0.5),  # of another flow
    )
    found = [(sorted(one.rows), len(one.starts), one.weights) for one in cumulators(counts, ("all",))]
    assert found == [([0, 1, 3], 2, (1.0, 0.0)), ([2], 1, (1.0, 0.0)), ([4], 1, (0.0, 1.0))]


def test_a_quarter_says_of_its_months_what_it_says_of_itself() -> None:
    # Quarters 90, 60, 30, 60 of 240: three times 1.5, 1, 0.5, 1. One full year counts a third, n / (n + 2).
    quarters = [("2023-01", "2023-03", 90), ("2023-04", "2023-06", 60), ("2023-07", "2023-09", 30)]
    rows = [("entries", start, end, value, 0.5) for start, end, value in [*quarters, ("2023-10", "2023-12", 60)]]
    season = season_of_counts(table(*rows, ("exits", "2023-01", "2023-03", 9, 0.5)))
    assert_allclose(season.entries, np.repeat([7 / 6, 1.0, 5 / 6, 1.0], 3))
    assert_allclose(season.exits, np.ones(12))


def test_the_observed_months_of_a_panel_are_counts() -> None:
    nan = np.nan
    panel = Panel(
        keys=pd.DataFrame({"area": ["141033"], "entity_type": ["all"]}),
        months=pd.period_range("2022-11", periods=3, freq="M"),
        entries=np.array([[nan, 12.0, nan]]),
        exits=np.array([[nan, nan, 5.0]]),
        stock=np.array([[nan, 340.0, nan]]),
        adjustment=np.array([[nan, 0.0, nan]]),
    )
    counts = counts_of_panel(panel).sort_values("value")
    assert counts["value"].tolist() == [5.0, 12.0, 340.0]
    assert counts["measure"].tolist() == ["exits", "entries", "stock"]
    assert [str(month) for month in counts["end"]] == ["2023-01", "2022-12", "2022-12"]
    assert (counts["start"] == counts["end"]).all()


@pytest.mark.parametrize(
    ("area", "origin", "opening", "growth"),
    [("100000", "2023-09", 181e6, (0.02, 0.16)), ("140000", "2023-12", 4304000, (0.0, 0.18)),
     ("141000", "2022-05", 334358, (0.08, 0.35))],
)  # fmt: skip
def test_published_areas_project_on_what_is_published(
    area: str, origin: str, opening: float, growth: tuple[float, float]
) -> None:
    counts = counts_from_published([area])
    projection = carry_out_counts(plan_counts(counts, 12, seed=1, n_paths=400, events=load_events())).total(area)
    assert str(projection.origin) == origin
    assert_allclose(projection.opening, [opening], rtol=0.003)
    lower, upper = np.quantile(projection.stock.values[0, :, -1] / projection.opening[0] - 1.0, [0.05, 0.95])
    assert growth[0] < lower < upper < growth[1]


def test_the_campaign_month_of_linfen_is_no_evidence_of_its_ordinary_month() -> None:
    # 30 431 in one month. From 256 272 to 334 358 in a year leaves 47 655 for the other eleven months.
    counts = counts_from_published(["141000"])
    with_event, without = (
        carry_out_counts(plan_counts(counts, 12, seed=1, n_paths=1000, events=events)) for events in (load_events(), ())
    )
    spread = [np.diff(np.quantile(one.entries.values.sum(axis=2), [0.05, 0.95]))[0] for one in (with_event, without)]
    assert spread[0] < 0.5 * spread[1]
