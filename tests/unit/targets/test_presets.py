"""Every rule against the lamps it reuses, at its thresholds, and where it cannot be applied."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets import Assessment, Goal
from targets.lamps import SHAPES, forecast_lamp, progress_lamp
from targets.presets import COLOUR_WORDS, PRESETS, UNKNOWN, Reading, score

few = settings(max_examples=50, deadline=None, derandomize=True)
GOAL = Goal(
    id="level",
    area="140109",
    entity_type="all",
    indicator="entities",
    indicator_name="市场主体总数",
    kind="level",
    value=1480.0,
    unit="户",
    comparison="at_least",
    deadline=pd.Period("2025-12", "M"),
)
ONE = Assessment(
    goal=GOAL,
    area_name="万柏林区",
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
NAN = math.nan
AT_MOST = replace(GOAL, comparison="at_most")
LIMIT = replace(ONE, goal=AT_MOST, progress=NAN, pace_deviation=(1180 - 1125) / 480)
CUT = replace(
    ONE, goal=replace(AT_MOST, value=800.0), target=800.0, actual=980.0, pace=925.0,
    progress=0.1, pace_deviation=0.1 - 0.375, projected=950.0,
)  # fmt: skip


@few
@given(st.floats(-2.0, 2.0) | st.sampled_from([0.0, -0.1, -0.3, -0.1 - 1e-12, -0.3 - 1e-9]))
def test_the_default_is_the_progress_lamp(deviation: float) -> None:
    one = replace(ONE, pace_deviation=deviation)
    assert PRESETS["yinchuan"].light(one) == progress_lamp(deviation)


@few
@given(st.floats(0.0, 1.0) | st.integers(0, 1000).map(lambda hits: hits / 1000))
def test_the_second_is_the_forecast_lamp(probability: float) -> None:
    lamp = PRESETS["forecast"].light(replace(ONE, probability=probability))
    # One part in a hundred million below a threshold is rounding of floats.
    assert lamp in (forecast_lamp(probability), forecast_lamp(min(1.0, probability + 1e-8)))


@pytest.mark.parametrize(
    ("name", "points", "colour", "word"),
    [
        ("eurostat", math.inf, "green", "已达成"),
        ("eurostat", 95.0, "green", "进展正常"),
        ("eurostat", 94.99, "yellow", "需要提速"),
        ("eurostat", 60.0, "yellow", "需要提速"),
        ("eurostat", 59.99, "orange", "有限进展"),
        ("eurostat", 0.0, "orange", "有限进展"),
        ("eurostat", -0.01, "red", "出现倒退"),
        ("unsd", 95.0, "green", "可望达到"),
        ("unsd", 94.99, "yellow", "需要提速"),
        ("unsd", 10.0, "yellow", "需要提速"),
        ("unsd", 9.99, "red", "进展甚微"),
        ("unsd", -40.0, "red", "进展甚微"),
        ("servicenow", 90.0, "green", "符合计划"),
        ("servicenow", 89.99, "yellow", "略低计划"),
        ("servicenow", 75.0, "yellow", "略低计划"),
        ("servicenow", 74.99, "red", "低于计划"),
        ("servicenow", NAN, "grey", "无法判断"),
    ],
)
def test_thresholds(name: str, points: float, colour: str, word: str) -> None:
    band = PRESETS[name].band(points)
    assert (band.colour, band.word) == (colour, word)


@pytest.mark.parametrize("name", PRESETS)
def test_bands_descend_to_the_bottom_and_have_a_shape_and_a_word_each(name: str) -> None:
    bands = PRESETS[name].bands
    floors = [band.floor for band in bands]
    assert floors == sorted(floors, reverse=True)
    assert floors[-1] == -math.inf
    assert len({band.word for band in bands}) == len(bands)
    assert all(band.colour in SHAPES and 2 <= len(band.word) <= 4 for band in [*bands, UNKNOWN])
    assert set(COLOUR_WORDS) == set(SHAPES)
    assert PRESETS[name].rule.startswith(PRESETS[name].title)


@pytest.mark.parametrize("name", PRESETS)
@few
@given(points=st.floats(-150.0, 150.0) | st.sampled_from([-10.04, -0.004, 94.96, 89.9996, 79.96, 0.04]))
def test_a_spoken_number_lies_in_the_band_it_explains(name: str, points: float) -> None:
    """80.0 % beside "50 % to 80 %" would contradict the lamp: 79.96 % is written out."""
    points = round(points, 6)
    preset = PRESETS[name]
    spoken: list[float] = []
    watched = replace(preset, speak=lambda value, _: spoken.append(value) or "")
    watched.figures(Reading(points, ""))
    assert preset.band(spoken[0]) == preset.band(points)
    assert abs(spoken[0] - points) <= 0.05 + 1e-9


@pytest.mark.parametrize(
    ("name", "one", "reason"),
    [
        ("yinchuan", replace(ONE, base=NAN, progress=NAN, pace_deviation=NAN), "基数不明，无从计算"),
        ("eurostat", replace(ONE, base=NAN), "基数不明，无从计算"),
        ("eurostat", replace(ONE, month=ONE.base_month), "目前仍在基期，还没有增速"),
        ("eurostat", replace(ONE, base=0.0), "基数、目标或现值为0，无从计算增速"),
        (
            "eurostat",
            replace(ONE, target=1000.0, actual=990.0),
            "目标与基数相同，达标所需增速为0，无从比较",
        ),
        (
            "unsd",
            replace(ONE, base=1500.0, progress=NAN, pace_deviation=NAN),
            "基数1500户已符合目标，没有需要完成的增量",
        ),
        ("unsd", replace(ONE, projected=NAN), "没有到期限的预测，无从判断"),
        ("unsd", LIMIT, "目标为上限，没有需要完成的增量"),
        ("servicenow", LIMIT, "目标为上限，没有需要完成的增量"),
        ("servicenow", replace(ONE, pace=1000.0), "按计划目前还没有应完成的增量，无从比较"),
        ("forecast", replace(ONE, probability=NAN), "没有到期限的预测，无从判断"),
        ("forecast", replace(ONE, state="no_data"), "本指标暂无月度数据，暂不能测算"),
        ("forecast", replace(ONE, state="no_data", reason="缺实有数。请补登。"), "缺实有数；请补登"),
        *(
            (name, replace(ONE, state="missed"), "期限（2025年12月）已到，已按当月数认定为未达成，本灯不再判断")
            for name in PRESETS
        ),
    ],
)
def test_a_rule_that_cannot_be_applied_says_why(name: str, one: Assessment, reason: str) -> None:
    preset = PRESETS[name]
    assert preset.light(one).colour == "grey"
    assert preset.explain(one) == f"{preset.title}为灰灯（无法判断）：{reason}。"
    assert preset.explain(one).count("。") == 1


@pytest.mark.parametrize(
    ("name", "one", "sentence"),
    [
        (
            "eurostat",
            replace(ONE, state="met", actual=1490.0),
            "增速灯为绿灯（已达成）：目前为1490户，已达到目标。",
        ),
        # From 1000 to 800 in four years: -5.4 % a year; 980 after 18 months: -1.3 %.
        (
            "eurostat",
            CUT,
            "增速灯为橙灯（有限进展）：基期以来年均增速-1.3%，达标所需年均增速-5.4%，为所需增速的24.7%，在0至60%之间。",
        ),
        (
            "eurostat",
            replace(CUT, actual=1020.0),
            "增速灯为红灯（出现倒退）：基期以来年均增速1.3%，达标所需年均增速-5.4%，为所需增速的-24.5%，与目标方向相反。",
        ),
        (
            "servicenow",
            CUT,
            "计划灯为红灯（低于计划）：较基数减少20户，按序时应减少75户，为应完成增量的26.7%，低于75%。",
        ),
        ("unsd", CUT, "终值灯为黄灯（需要提速）：按当前趋势到2025年底预计为950户，为目标增量的25.0%，在10%至95%之间。"),
        (
            "yinchuan",
            LIMIT,
            "进度灯为绿灯（达到序时）：上限余量已用26.0%，时间已过37.5%，领先序时11.5个百分点，达到序时要求。",
        ),
        (
            "yinchuan",
            replace(ONE, pace=1120.0, pace_deviation=125 / 480 - 0.25),
            "进度灯为绿灯（达到序时）：完成增量的26.0%，按计划为25.0%，领先序时1.0个百分点，达到序时要求。",
        ),
        ("forecast", replace(ONE, probability=0.7996), "预测灯为黄灯（有望达标）：达标概率79.96%，在50%至80%之间。"),
        ("forecast", replace(ONE, probability=0.004), "预测灯为红灯（难以达标）：达标概率不足1%，低于20%。"),
        ("forecast", replace(ONE, probability=0.995), "预测灯为绿灯（预计达标）：达标概率超过99%，不低于80%。"),
    ],
)
def test_explanations(name: str, one: Assessment, sentence: str) -> None:
    assert PRESETS[name].explain(one) == sentence


def test_a_share_is_spoken_as_one() -> None:
    one = replace(
        ONE, style="share", goal=replace(GOAL, kind="share", value=0.4, unit="%"), base=0.3, target=0.4, actual=0.33,
        pace=0.34, progress=0.3, pace_deviation=0.3 - 0.4, time_progress=0.4, projected=0.39,
    )  # fmt: skip
    assert "较基数增加3.0%，按序时应增加4.0%，为应完成增量的75.0%" in PRESETS["servicenow"].explain(one)
    assert "预计为39.0%，为目标增量的90.0%" in PRESETS["unsd"].explain(one)


@few
@given(st.floats(-300, 300), st.floats(-300, 300))
def test_the_score_never_falls_as_the_ratio_rises(one: float, two: float) -> None:
    assert score(min(one, two)) <= score(max(one, two))
    assert np.isnan(score(NAN))
