"""How lamps are lit, held steady and explained, and how areas are ranked: METHODS section 1, worked by hand.

The county of the examples promises 480 entities in 48 months, from 1000 at the end of 2021 to 1480 at the end of 2025:
ten a month in step.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import Event, Panel
from targets import Assessment, Goal
from targets.lamp_history import progress_history, settle, shown_lamp
from targets.presets import PRESETS, score
from targets.ranking import rank

AREA = "141033"
GOAL = Goal(
    id="level",
    area=AREA,
    entity_type="all",
    indicator="entities",
    indicator_name="市场主体总数",
    kind="level",
    value=1480.0,
    unit="户",
    comparison="at_least",
    deadline=pd.Period("2025-12", "M"),
    base_month=pd.Period("2021-12", "M"),
    base_value=1000.0,
    wording="2025年末总数达1480户",
)
#: June 2023, 18 of 48 months: 125 of 480 done, where 180 are due.
ONE = Assessment(
    goal=GOAL,
    area_name="蒲县",
    state="active",
    month=pd.Period("2023-06", "M"),
    actual=1125.0,
    base_month=pd.Period("2021-12", "M"),
    base=1000.0,
    target=1480.0,
    progress=125 / 480,
    time_progress=18 / 48,
    pace=1180.0,
    pace_deviation=125 / 480 - 18 / 48,
    projected=1330.0,
    probability=0.43,
)
GREEN, LIGHT, YELLOW, RED, GREY = "green", "lightgreen", "yellow", "red", "grey"


def month(text: str) -> pd.Period:
    return pd.Period(text, "M")


def register(
    net: list[float], *, exits: list[float] | None = None, start: str = "2021-12", opening: float = 1000.0
) -> Panel:
    """One series of net additions; the first month is its base, without flows."""
    change = np.array([[0.0, *net]])
    out = np.array([[0.0, *(exits or [10.0] * len(net))]])
    return Panel(
        keys=pd.DataFrame({"area": [AREA], "entity_type": ["all"]}),
        months=pd.period_range(start, periods=change.shape[1], freq="M"),
        entries=change + out,
        exits=out,
        stock=opening + np.cumsum(change, axis=1),
        adjustment=np.zeros_like(change),
    )


# One month --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "points", "colour", "sentence"),
    [
        (
            "yinchuan",
            125 / 480 * 100 - 18 / 48 * 100,  # 26.0 - 37.5 = -11.5
            YELLOW,
            "进度灯为黄灯（落后序时）：完成增量的26.0%，时间已过37.5%，落后序时11.5个百分点，落后在10至30个百分点之间。",
        ),
        (
            "eurostat",
            100 * (1.125 ** (12 / 18) - 1) / (1.48 ** (1 / 4) - 1),  # 8.17 % a year of 10.30 %
            YELLOW,
            "增速灯为黄灯（需要提速）：基期以来年均增速8.2%，达标所需年均增速10.3%，为所需增速的79.3%，在60%至95%之间。",
        ),
        (
            "unsd",
            100 * 330 / 480,  # 68.75
            YELLOW,
            "终值灯为黄灯（需要提速）：按当前趋势到2025年底预计为1330户，为目标增量的68.8%，在10%至95%之间。",
        ),
        (
            "servicenow",
            100 * 125 / 180,  # 69.4
            RED,
            "计划灯为红灯（低于计划）：较基数增加125户，按序时应增加180户，为应完成增量的69.4%，低于75%。",
        ),
        ("forecast", 43.0, "orange", "预测灯为橙灯（达标较难）：达标概率43%，在20%至50%之间。"),
    ],
)
def test_each_rule_says_why(name: str, points: float, colour: str, sentence: str) -> None:
    preset = PRESETS[name]
    assert_allclose(preset.read(ONE).points, points, rtol=1e-12)
    assert (preset.light(ONE).colour, preset.light(ONE).rule) == (colour, preset.rule)
    assert preset.explain(ONE) == sentence


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (-90.0, -5.0),
        (-60.0, -5.0),
        (0.0, -2.5),
        (60.0, 0.0),
        (79.3, 5 * (79.3 - 60) / 70),  # 1.38
        (95.0, 2.5),
        (130.0, 5.0),
        (200.0, 5.0),
        (math.inf, 5.0),  # met
    ],
)
def test_the_score_of_a_growth_ratio(points: float, expected: float) -> None:
    assert_allclose(score(points), expected, rtol=1e-12)


# Many months ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "colours"),
    [
        ([1, -1, 1, -1], [GREEN] * 4),  # noise around the border
        ([1, -1, -1], [GREEN, GREEN, LIGHT]),  # two months
        ([1, -2, 1], [GREEN] * 3),  # 2 points are not more than 2
        ([1, -2.1, 0.5, 0.5], [GREEN, LIGHT, LIGHT, GREEN]),  # at once down; up after two months
        ([-5, 2, -5], [LIGHT] * 3),
        ([-5, 2.1], [LIGHT, GREEN]),
        ([1, -10.5, -10.5], [GREEN, LIGHT, YELLOW]),  # 10.5 beyond green, but only 0.5 beyond light green
        ([1, -13], [GREEN, YELLOW]),
        ([1, -1, -10.5], [GREEN, GREEN, LIGHT]),
        ([-35, -29, -29], [RED, RED, YELLOW]),
        ([-35, -27.9, 5], [RED, YELLOW, GREEN]),
        ([-35, 0.5, 0.5], [RED, LIGHT, GREEN]),  # up to where even 2 points less would be
        ([1, math.nan, -1, -1], [GREEN, GREY, GREEN, LIGHT]),  # the colour is remembered, the count begins anew
        ([1, -1, math.nan, -1], [GREEN, GREEN, GREY, GREEN]),
        ([math.nan, -15, -9], [GREY, YELLOW, YELLOW]),
        ([], []),
    ],
)
def test_a_lamp_changes_only_when_it_is_sure(points: list[float], colours: list[str]) -> None:
    assert [band.colour for band in settle(points, PRESETS["yinchuan"].bands)] == colours


def test_history_of_a_county_that_falls_behind() -> None:
    """Ten a month are due: 10, 9, 8, ... additions fall behind by 0, 1, 3, 6 ... entities, in even first months."""
    history = progress_history(GOAL, register([10, 10, 10, 8, 10, 6, 4, 0, 0, 0])).set_index("month")
    assert list(history.index[[0, -1]]) == [month("2021-12"), month("2022-10")]
    assert_allclose(history["pace"], 1000 + 10 * np.arange(11))
    behind = np.array([0, 0, 0, 0, 2, 2, 6, 12, 22, 32, 42])
    assert_allclose(history["points"], -100 * behind / 480, atol=1e-12)  # April -0.4 ... July -2.5
    assert history["raw"].tolist() == [GREEN] * 4 + [LIGHT] * 7
    assert history["shown"].tolist() == [GREEN] * 5 + [LIGHT] * 6
    assert history["is_changed"].tolist() == [False] * 5 + [True] + [False] * 5
    assert history.loc[month("2022-05"), "reason"] == ("由绿灯（达到序时）转为浅绿灯（基本同步）：连续两个月低于界线。")
    assert history.loc[month("2022-04"), "sentence"] == (
        "进度灯为绿灯（达到序时）：完成增量的7.9%，时间已过8.3%，落后序时0.4个百分点，"
        "按当月值应为浅绿灯（基本同步），但未连续两个月、越线也未超过2个百分点，暂不改灯。"
    )
    assert history["line"].tolist() == ["线性序时", *["季节序时"] * 3, *["线性序时"] * 7]
    lamp = shown_lamp(history)
    assert (lamp.name, lamp.colour, lamp.word) == ("进度灯", LIGHT, "基本同步")


def test_a_fall_of_more_than_two_points_shows_at_once() -> None:
    history = progress_history(GOAL, register([10, 10, 10, -2, 10]))
    assert history["shown"].tolist() == [GREEN] * 4 + [LIGHT] * 2
    assert history["reason"].iloc[4] == (
        "由绿灯（达到序时）转为浅绿灯（基本同步）：越过界线2.5个百分点，超过2个百分点。"  # 12 of 480
    )


def test_the_first_three_months_follow_the_season() -> None:
    """2021 brought nothing until March and 40 a month after it: 1/3 of that, 2/3 even.

    w January .. March = 2/3/12 = 1/18,   w April .. December = 1/3/9 + 1/18 = 5/54,   120 entities a plan year
    """
    panel = register([0, 0, 0, *[40] * 9, 3, 3, 4, 50], start="2020-12", opening=640.0)
    history = progress_history(GOAL, panel).set_index("month")
    assert history.index[0] == month("2021-12")
    assert_allclose(history["pace"], [1000, 1000 + 120 / 18, 1000 + 120 * 2 / 18, 1000 + 120 * 3 / 18, 1000 + 40])
    assert_allclose(history["stock"], [1000, 1003, 1006, 1010, 1060])
    # February: 6 done, 13.3 due = -1.5 points; a straight line would ask for 20 and read -2.9.
    assert_allclose(history["points"].iloc[2], 100 * (6 - 120 * 2 / 18) / 480, rtol=1e-12)
    assert "按计划为2.8%" in history["sentence"].iloc[2]


PURGE = Event(
    "purge", AREA, "all", "purge", month("2023-01"), month("2023-01"), "集中清理",
    effect="mask", flows=("exits",), is_administrative=True,
)  # fmt: skip


def test_a_purge_is_excluded_from_pace_and_shown() -> None:
    """2022: ten leave of a thousand each month, ten come. January 2023: 170 leave, of which 1 % of 1000 are usual.

    April 2023: 840 + 3 x 40 = 960 registered, 960 + 160 = 1120 for pace: 120 of 480 done at 16 of 48 months.
    """
    panel = register([*[0] * 12, -160, 40, 40, 40], exits=[*[10] * 12, 170, 10, 10, 10])
    with_event = progress_history(GOAL, panel, events=[PURGE]).set_index("month")
    april = with_event.loc[month("2023-04")]
    assert_allclose([april["stock"], april["excluded"]], [960, 160])
    assert_allclose(april["points"], 100 * (120 / 480 - 16 / 48), rtol=1e-12)  # 25.0 - 33.3 = -8.3
    assert april["excluded_text"] == "已剔除集中清理160户"
    # March was yellow, and -8.3 is less than 2 points beyond the border of -10.
    assert april["sentence"] == (
        "进度灯为黄灯（落后序时）：完成增量的25.0%，时间已过33.3%（已剔除集中清理160户），落后序时8.3个百分点，"
        "按当月值应为浅绿灯（基本同步），但未连续两个月、越线也未超过2个百分点，暂不改灯。"
    )
    assert with_event.loc[month("2022-12"), ["excluded", "excluded_text"]].tolist() == [0, ""]
    plain = progress_history(GOAL, panel).set_index("month").loc[month("2023-04")]
    assert_allclose(plain["points"], 100 * (-40 / 480 - 16 / 48), rtol=1e-12)
    assert (plain["raw"], april["raw"]) == (RED, LIGHT)
    assert plain["excluded_text"] == ""


def test_an_earlier_purge_is_not_part_of_the_ordinary_rate() -> None:
    """January 170 of 1000 leave, February 8.4 of 840 (1 %), March 110 of 1000: 160 and 100 beyond 1 %."""
    panel = register([*[0] * 12, -160, 160, -100], exits=[*[10] * 12, 170, 8.4, 110])
    march = month("2023-03")
    history = progress_history(GOAL, panel, events=[PURGE, replace(PURGE, id="second", start=march, end=march)])
    assert_allclose(history["excluded"].tolist()[-3:], [160, 160, 260])
    assert history["excluded_text"].iloc[-1] == "已剔除集中清理260户"


def test_a_purge_does_not_tilt_the_season() -> None:
    """Ten a month in 2022 but for 160 purged in June: an even year, so 20 of 120 are due by February.

    Counted as it stands, June would weigh nothing and February ask for 120 x 2 x (1/33 + 1/18) = 20.6.
    """
    june = month("2022-06")
    panel = register([*[10] * 5, -150, *[10] * 8], exits=[*[10] * 5, 170, *[10] * 8])
    with_event = progress_history(GOAL, panel, events=[replace(PURGE, start=june, end=june)])
    assert_allclose(with_event["pace"].iloc[-1], 1120 + 20, atol=0.05)
    assert_allclose(progress_history(GOAL, panel)["pace"].iloc[-1], 1120 + 240 * (1 / 33 + 1 / 18), rtol=1e-12)


def test_a_campaign_of_shell_registrations_is_excluded_likewise() -> None:
    """Twenty come each month on a stock of a thousand, then 120 in a campaign: 100 do not count."""
    panel = register([*[0] * 12, 100, 10], exits=[*[20] * 12, 20, 20])
    campaign = replace(PURGE, kind="campaign", effect="none", flows=())
    history = progress_history(GOAL, panel, events=[campaign])
    assert_allclose(history["excluded"], [*[0] * 13, -100, -100])
    assert_allclose(history["stock"].iloc[-1], 1110)
    assert_allclose(history["points"].iloc[-1], 100 * (10 - (history["pace"].iloc[-1] - 1000)) / 480)
    assert history["excluded_text"].iloc[-1] == "已剔除集中行动100户"


# Ranking ----------------------------------------------------------------------------------------------------------

TABLE = pd.DataFrame(
    [
        ("141021", 0.83, 0.80, 0.86),  # overlaps 0.82 - 0.87, the head of the second group
        ("141022", 0.90, 0.86, 0.93),  # overlaps the first
        ("141023", math.nan, math.nan, math.nan),
        ("141024", 0.92, 0.88, 0.95),  # first
        ("141025", 0.85, 0.82, 0.87),  # overlaps its neighbour (0.84 - 0.89), but not the first: a new group
        ("141026", 0.87, 0.84, 0.89),  # overlaps the first by 0.01
        ("141027", 0.60, 0.55, 0.64),
    ],
    columns=["area", "value", "low", "high"],
)


def test_ranks_with_ties_and_changes() -> None:
    earlier = pd.DataFrame(
        {
            "area": ["141024", "141022", "141025", "141021", "141027"],
            "rank": pd.array([3, 1, 2, 4, None], dtype="Int64"),
        }
    )
    ranked = rank(TABLE, previous=earlier)
    assert ranked[["area", "text"]].to_numpy().tolist() == [
        ["141024", "第1位（并列，升2位）"],
        ["141022", "第1位（并列，位次不变）"],
        ["141026", "第1位（并列，上期无位次）"],
        ["141025", "第4位（并列，降2位）"],
        ["141021", "第4位（并列，位次不变）"],
        ["141027", "第6位（上期无位次）"],
        ["141023", "—"],
    ]
    assert ranked["rank"].tolist()[:6] == [1, 1, 1, 4, 4, 6]
    assert ranked["rank"].isna().tolist() == [False] * 6 + [True]
    assert ranked["rank_change"].tolist()[:2] == [2, 0]
    assert ranked["is_tied"].tolist() == [True] * 5 + [False] * 2


def test_the_other_direction_begins_with_the_least() -> None:
    ranked = rank(TABLE, higher_is_better=False)
    assert ranked["text"].tolist()[:3] == ["第1位", "第2位（并列）", "第2位（并列）"]
    assert ranked["area"].tolist()[:2] == ["141027", "141021"]
