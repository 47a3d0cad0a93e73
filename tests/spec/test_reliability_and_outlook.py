"""What a probability is worth, what counts leave open, and where an area leads: by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from data.catalogue import published_goals
from forecasting.panel import Panel
from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.runs import Run
from forecasting.sparse import check_counts, panel_of_counts
from targets.assessment import assess
from targets.goal import Goal
from targets.outlook import outlook, outlook_sentence
from targets.reliability import UNTESTED, reliability

SCORES = {
    "certainty": 0.8,
    "statements": [
        {"horizon": 12, "made": 24, "held": 20},
        {"horizon": 24, "made": 18, "held": 17},
        {"horizon": 36, "made": 9, "held": 7},
    ],
}
KEYS = pd.DataFrame({"area": ["141000"], "entity_type": ["all"]})


def month(text: str) -> pd.Period:
    return pd.Period(text, freq="M")


@pytest.mark.parametrize(
    ("months_left", "horizon"),
    [(1, 12), (17, 12), (18, 12), (19, 24), (30, 24), (31, 36), (36, 36)],  # 18 and 30 lie half way: the shorter
)
def test_statements_of_the_nearest_whole_number_of_years_count(months_left: int, horizon: int) -> None:
    assert reliability(SCORES, months_left).horizon == horizon


def test_the_share_that_held_is_said_in_one_sentence() -> None:
    # 20 / 24 = 0.8333
    assert reliability(SCORES, 10).sentence == "在过去24次类似预测中，说“八成把握”的有83%实现。"


@pytest.mark.parametrize(("scores", "months_left"), [(SCORES, 36), (SCORES, 48), ({}, 12)])
def test_fewer_than_ten_statements_settle_nothing(scores: dict[str, object], months_left: int) -> None:
    assert reliability(scores, months_left).sentence == UNTESTED


def projection(entries: np.ndarray, *, name: str = "") -> Projection:
    """Paths of one series from 334 358 at the end of 2022-05, without exits."""
    flows = entries[None]
    nothing = np.zeros_like(flows)
    return Projection(
        keys=KEYS,
        origin=month("2022-05"),
        opening=np.array([334358.0]),
        entries=Paths(flows),
        exits=Paths(nothing),
        adjustment=Paths(nothing),
        stock=Paths(334358.0 + np.cumsum(flows, axis=2)),
        run=Run("d", "", month("2022-05"), flows.shape[2], flows.shape[1], 1, "", scores=SCORES),
        name=name,
    )


def counted_panel() -> Panel:
    counts = pd.DataFrame(
        [
            ("141000", "all", "stock", month("2021-05"), month("2021-05"), 256271.0, 40.0),
            ("141000", "all", "stock", month("2022-05"), month("2022-05"), 334358.0, 0.5),
            ("141000", "all", "entries", month("2022-05"), month("2022-05"), 30431.0, 0.5),
            ("141000", "all", "entries", month("2021-07"), month("2021-12"), 40000.0, 500.0),
        ],
        columns=["area", "entity_type", "measure", "start", "end", "value", "precision"],
    )
    return panel_of_counts(check_counts(counts))


def test_counts_of_single_months_stand_on_the_calendar_and_nothing_else() -> None:
    panel = counted_panel()
    assert (panel.months[0], panel.months[-1]) == (month("2021-05"), month("2022-05"))
    assert_allclose(panel.stock[0, [0, -1]], [256271.0, 334358.0])
    assert np.isnan(panel.stock[0, 1:-1]).all()
    assert_allclose(panel.entries[0, -1], 30431.0)
    assert np.isnan(panel.entries[0, :-1]).all()  # the half-year's 40 000 are of no one month
    assert np.isnan(panel.exits).all()


def goal_of(area: str) -> Goal:
    return next(goal for goal in published_goals() if goal.area == area)


def test_months_that_nobody_counted_are_taken_at_each_paths_own_mean() -> None:
    # Means of the coming year: 1 000 and 7 000; January to April 2022 were not published, May was 30 431.
    paths = np.vstack([np.full(12, 1000.0), np.full(12, 7000.0)])
    one = assess(goal_of("141000"), counted_panel(), projection(paths), area_name="临汾市", basis="公开数据：三个数。")
    # To May: 30 431 + 4 x the median of both means, 4 000.
    assert_allclose(one.actual, 30431 + 4 * 4000)
    # To December: 30 431 + 4 x 1 000 + 7 x 1 000 = 41 431, and 30 431 + 11 x 7 000 = 107 431; the goal is 65 000.
    assert_allclose(one.probability, 0.5)
    assert_allclose(one.projected, (41431 + 107431) / 2)
    assert "（其中4个月没有公布，按此后一年的月均新设估计）" in one.sentence
    assert one.basis == "公开数据：三个数。"


def test_what_rests_on_estimated_months_is_not_settled() -> None:
    late = projection(np.full((2, 12), 1000.0))
    goal = goal_of("141000")
    panel = counted_panel()
    held = Panel(KEYS, panel.months + 7, panel.entries, panel.exits, panel.stock, panel.adjustment)
    moved = Projection(
        keys=KEYS, origin=month("2022-12"), opening=late.opening, entries=late.entries, exits=late.exits,
        adjustment=late.adjustment, stock=late.stock, run=late.run,
    )  # fmt: skip
    one = assess(goal, held, moved, area_name="临汾市")
    assert one.state == "no_data"
    assert one.reason == "期限内有11个月的新设数没有公布，不能认定是否达标。"


def test_nothing_is_said_of_the_record_under_a_scenario() -> None:
    paths = np.full((2, 12), 1000.0)
    base = assess(goal_of("141000"), counted_panel(), projection(paths), area_name="临汾市")
    assumed = assess(goal_of("141000"), counted_panel(), projection(paths, name="加倍"), area_name="临汾市")
    assert base.reliability == reliability(SCORES, 7)
    assert assumed.reliability is None


def test_the_goals_published_among_the_counts() -> None:
    province, city = goal_of("140000"), goal_of("141000")
    assert (province.kind, province.value, province.base_month, province.deadline) == (
        "increment", 640000, month("2022-12"), month("2023-12"),
    )  # fmt: skip
    assert (city.kind, city.value, city.base_month, city.deadline) == (
        "count", 65000, month("2021-12"), month("2022-12"),
    )  # fmt: skip
    assert (province.wording, city.wording) == ("2023年净增64万户", "2022年新设6.5万户")


def test_the_outlook_joins_counts_and_bands() -> None:
    paths = np.vstack([np.full(7, 1000.0), np.full(7, 3000.0), np.full(7, 9000.0)])
    table = outlook(counted_panel(), projection(paths), "141000")
    assert (table["month"].iloc[0], table["month"].iloc[-1], len(table)) == (month("2021-05"), month("2022-12"), 20)
    assert_allclose(table["median"].iloc[-1], 334358 + 7 * 3000)
    # A tenth of the way from the least path to the next two: 0.2 x (3 000 - 1 000) above 1 000.
    assert_allclose(table["low80"].iloc[-1], 334358 + 7 * (1000 + 0.2 * 2000))
    assert outlook_sentence(table, "临汾市") == (
        "临汾市：截至2022年5月实有334358户；按当前趋势到2022年底预计355358户（80%区间344158户—388958户）。"
    )
