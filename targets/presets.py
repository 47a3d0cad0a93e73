"""The rules by which a lamp can be lit, selectable by name, each with the sentence that says why it is lit.

Every rule reads one number off an assessment, in points of a hundred, and looks up its band (METHODS section 1). Where
the number does not exist (no data, no base, no way to go, deadline reached) the lamp is grey and the sentence says why.
A number is written with as many digits as keep it on its side of a threshold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from targets.detail import cagr
from targets.lamps import FORECAST_RULE, PROGRESS_RULE, Lamp, forecast_lamp, progress_lamp
from targets.pace import months_between
from targets.sentence import by

if TYPE_CHECKING:
    from targets.assessment import Assessment

COLOUR_WORDS = dict(green="绿灯", lightgreen="浅绿灯", yellow="黄灯", orange="橙灯", red="红灯", grey="灰灯")  # noqa: C408
#: Points beyond the sixth digit are rounding of floats, not distance from a threshold; as in `targets.lamps`.
DIGITS = 6
LOWEST = -math.inf
NO_PROJECTION, LIMIT = "没有到期限的预测，无从判断", "目标为上限，没有需要完成的增量"


class Band(NamedTuple):
    """One colour of a rule: lowest number in points, inclusive (inf = goal met); colour; word; and what it means."""

    floor: float
    colour: str
    word: str
    meaning: str

    @property
    def spoken(self) -> str:
        """Colour and word in Chinese."""
        return f"{COLOUR_WORDS[self.colour]}（{self.word}）"


_lit = attrgetter("colour", "word")
UNKNOWN = Band(math.nan, "grey", "无法判断", "")


class Reading(NamedTuple):
    """The number a rule looks at (NaN = none, inf = goal met), and the figures behind it or why there is none."""

    points: float
    said: str


@dataclass(frozen=True)
class Preset:
    """A rule for lighting a lamp.

    Parameters
    ----------
    name, title, rule : str
        Key in `PRESETS`; Chinese name of the lamp; Chinese rule, for hovering.
    bands : tuple of Band
        Best first.
    measure, speak : callable
        Live assessment -> Reading; points and the digits to write after the point -> Chinese.
    needs_base : bool
        Whether it measures against the base.
    """

    name: str
    title: str
    rule: str
    bands: tuple[Band, ...]
    measure: Callable[[Assessment], Reading]
    speak: Callable[[float, int], str]
    needs_base: bool = True

    def read(self, assessment: Assessment) -> Reading:
        """Return the number the lamp is lit by."""
        unable = _unable(assessment, needs_base=self.needs_base)
        return Reading(math.nan, unable) if unable else self.measure(assessment)

    def band(self, points: float) -> Band:
        """Look up the band of a number; `UNKNOWN` for NaN."""
        rounded = round(points, DIGITS) if math.isfinite(points) else points
        return next((band for band in self.bands if rounded >= band.floor), UNKNOWN)

    def light(self, assessment: Assessment) -> Lamp:
        """Light the lamp of a goal; grey past the deadline, where the verdict is not this rule's to give."""
        band = self.band(self.read(assessment).points)
        return Lamp(self.title, band.colour, band.word, self.rule)

    def explain(self, assessment: Assessment) -> str:
        """Say in one Chinese sentence why the lamp is lit as it is."""
        reading = self.read(assessment)
        band = self.band(reading.points)
        return f"{self.title}为{band.spoken}：{'，'.join(filter(None, [self.figures(reading), band.meaning]))}。"

    def figures(self, reading: Reading) -> str:
        """Say the figures behind a reading, or why there are none; no full stop."""
        if not math.isfinite(reading.points):
            return reading.said
        digits = 1
        while digits < DIGITS and self.band(round(reading.points, digits)) is not self.band(reading.points):
            digits += 1
        spoken = self.speak(round(reading.points, digits) + 0.0, digits)
        return f"{reading.said}，{spoken}" if reading.said else spoken


def score(points: float) -> float:
    """Score of a Eurostat reading for roll-up: piecewise linear through (-60, -5), (60, 0), (130, 5), flat beyond.

    Parameters
    ----------
    points : float
        100 R; inf for a goal met; NaN gives NaN.

    Examples
    --------
    >>> score(95.0), score(float("inf"))
    (2.5, 5.0)
    """
    return float(np.interp(points, [-60.0, 60.0, 130.0], [-5.0, 0.0, 5.0]))


def _unable(one: Assessment, *, needs_base: bool) -> str:
    """Why a rule does not apply, in Chinese; empty if it does."""
    if one.state == "no_data":
        return (one.reason or "本指标暂无月度数据，暂不能测算").rstrip("。").replace("。", "；")
    if one.state in ("attained", "missed"):
        due, verdict = one.goal.deadline, "达成" if one.state == "attained" else "未达成"
        return f"期限（{due.year}年{due.month}月）已到，已按当月数认定为{verdict}，本灯不再判断"
    if needs_base and math.isnan(one.base):
        return "基数不明，无从计算"
    if needs_base and math.isnan(one.pace_deviation):
        return f"基数{_amount(one, one.base)}已符合目标，没有需要完成的增量"
    return ""


def _amount(one: Assessment, value: float) -> str:
    if one.style == "share":
        return _percent(value)
    return f"{value:.0f}{'户' if one.goal.unit == '%' else one.goal.unit}"


def _percent(value: float) -> str:
    # Adding zero turns -0.0 into 0.0, which would read "-0.0%".
    return f"{round(value, 3) + 0.0:.1%}"


def _pace(one: Assessment) -> Reading:
    done, planned = ((value - one.base) / (one.target - one.base) for value in (one.actual, one.pace))
    due = "时间已过" if math.isclose(planned, one.time_progress, abs_tol=1e-9) else "按计划为"
    did = "上限余量已用" if math.isnan(one.progress) else "完成增量的"
    return Reading(one.pace_deviation * 100, f"{did}{_percent(done)}，{due}{_percent(planned)}")


def _growth(one: Assessment) -> Reading:
    if one.state == "met":
        return Reading(math.inf, f"目前为{_amount(one, one.actual)}")
    if math.isnan(one.base) or not one.base_month or not one.month or one.month <= one.base_month:
        return Reading(math.nan, "基数不明，无从计算" if math.isnan(one.base) else "目前仍在基期，还没有增速")
    required = cagr(one.base, one.target, months_between(one.base_month, one.goal.deadline))
    observed = cagr(one.base, one.actual, months_between(one.base_month, one.month))
    if math.isnan(required) or math.isnan(observed):
        return Reading(math.nan, "基数、目标或现值为0，无从计算增速")
    if round(required, DIGITS + 2) == 0:
        return Reading(math.nan, "目标与基数相同，达标所需增速为0，无从比较")
    direction = -1.0 if one.goal.comparison == "at_most" else 1.0
    rates = f"年均增速{_percent(observed)}，达标所需年均增速{_percent(required)}"
    return Reading(direction * observed / abs(required) * 100, f"基期以来{rates}")


def _expected(one: Assessment) -> Reading:
    if math.isnan(one.projected) or math.isnan(one.progress):
        return Reading(math.nan, NO_PROJECTION if math.isnan(one.projected) else LIMIT)
    share = (one.projected - one.base) / (one.target - one.base)
    return Reading(share * 100, f"按当前趋势{by(one.goal.deadline)}预计为{_amount(one, one.projected)}")


def _planned(one: Assessment) -> Reading:
    planned, done = one.pace - one.base, one.actual - one.base
    if math.isnan(one.progress) or round(planned, DIGITS) == 0:
        return Reading(math.nan, LIMIT if math.isnan(one.progress) else "按计划目前还没有应完成的增量，无从比较")
    was, due = (f"{'减少' if x < 0 else '增加'}{_amount(one, abs(x))}" for x in (done, planned))
    return Reading(done / planned * 100, f"较基数{was}，按序时应{due}")


def _probability(one: Assessment) -> Reading:
    return Reading(one.probability * 100, NO_PROJECTION if math.isnan(one.probability) else "")


def _speak_pace(points: float, digits: int) -> str:
    return f"{'领先' if points > 0 else '落后'}序时{abs(points):.{digits}f}个百分点" if points else "与序时持平"


def _speak_probability(points: float, digits: int) -> str:
    if points < 1:
        return "达标概率不足1%"
    return "达标概率超过99%" if points > 99 else f"达标概率{f'{points:.{digits}f}'.removesuffix('.0')}%"


def _share_of(what: str) -> Callable[[float, int], str]:
    return lambda points, digits: f"为{what}的{points:.{digits}f}%"


_ALL = (
    Preset("yinchuan", "进度灯", PROGRESS_RULE, (
        Band(0, *_lit(progress_lamp(0.0)), "达到序时要求"),
        Band(-10, *_lit(progress_lamp(-0.1)), "落后不超过10个百分点"),
        Band(-30, *_lit(progress_lamp(-0.3)), "落后在10至30个百分点之间"),
        Band(LOWEST, *_lit(progress_lamp(-9.0)), "落后超过30个百分点"),
    ), _pace, _speak_pace),
    Preset("eurostat", "增速灯", (
        "增速灯（欧盟统计局口径）：实际年均增速与达标所需年均增速之比。已达到目标为绿灯；不低于95%为绿灯；"
        "60%至95%为黄灯；0至60%为橙灯；低于0为红灯。"
    ), (
        Band(math.inf, "green", "已达成", "已达到目标"),
        Band(95, "green", "进展正常", "不低于95%"),
        Band(60, "yellow", "需要提速", "在60%至95%之间"),
        Band(0, "orange", "有限进展", "在0至60%之间"),
        Band(LOWEST, "red", "出现倒退", "与目标方向相反"),
    ), _growth, _share_of("所需增速"), needs_base=False),
    Preset("unsd", "终值灯", (
        "终值灯（联合国统计司口径）：按当前趋势到期限预计完成的增量占目标增量之比。不低于95%为绿灯；"
        "10%至95%为黄灯；低于10%为红灯。"
    ), (
        Band(95, "green", "可望达到", "不低于95%"),
        Band(10, "yellow", "需要提速", "在10%至95%之间"),
        Band(LOWEST, "red", "进展甚微", "低于10%"),
    ), _expected, _share_of("目标增量")),
    Preset("servicenow", "计划灯", (
        "计划灯（项目管理口径）：已完成增量占按序时应完成增量之比。不低于90%为绿灯；75%至90%为黄灯；低于75%为红灯。"
    ), (
        Band(90, "green", "符合计划", "不低于90%"),
        Band(75, "yellow", "略低计划", "在75%至90%之间"),
        Band(LOWEST, "red", "低于计划", "低于75%"),
    ), _planned, _share_of("应完成增量")),
    Preset("forecast", "预测灯", FORECAST_RULE, (
        Band(80, *_lit(forecast_lamp(0.8)), "不低于80%"),
        Band(50, *_lit(forecast_lamp(0.5)), "在50%至80%之间"),
        Band(20, *_lit(forecast_lamp(0.2)), "在20%至50%之间"),
        Band(LOWEST, *_lit(forecast_lamp(0.0)), "低于20%"),
    ), _probability, _speak_probability, needs_base=False),
)  # fmt: skip
PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in _ALL}
