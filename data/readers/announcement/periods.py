"""Periods in a Chinese sentence: 2022年7月底, 2021年末, 今年一季度, 2022年1-5月. A year not said is not supplied.

今年 and 去年 are counted from the day of publication. A point within a month (7月15日, 6月初) is no month's end, and
is said so.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from data.readers.announcement.numbers import whole_number

_YEARS_BACK = {"今": 0, "本": 0, "去": 1, "上": 1, "前": 2}
_N = r"[0-9]{1,2}|[一二三四五六七八九十两]{1,3}"
#: A part of a month or of a year that no month's figure is of: 6月第一周, 6月上半月, 6月前20天, 2021年春节期间.
_WITHIN = (
    rf"的?(?:(?:第|[前后上下头首]|最后)(?:{_N}|半)?|{_N}|半)个?(?:周|星期|礼拜|旬|天|日|工作日|半?月)"
    r"|[\u4e00-\u9fff]{0,4}期间|[当单首][天日周]"
)
_PERIOD = re.compile(
    rf"(?P<since>自|从)?(?:(?P<year>(?:19|20)[0-9]{{2}}|[今去上本前])年(?:度)?(?P<same>同期|同月|同季)?)?"
    rf"(?:(?P<from>{_N})月?(?:份)?(?:至|到|-|—|–|~|～)(?P<to>{_N})月(?:份)?"
    rf"|前(?P<first>{_N})个月|前(?P<quarters>[二三两23])个?季度|第?(?P<quarter>[一二三四1-4])季度(?P<quarter_end>[末底])?"
    rf"|(?P<half>[上下])半年(?P<half_end>[末底])?"
    rf"|(?P<month>{_N})月(?:份)?(?:(?P<day>[0-9]{{1,2}})[日号]|(?P<month_end>月?[末底])|(?P<part>初|上旬|中旬|下旬|中))?"
    rf"|(?P<year_end>年?[末底])|(?P<whole>全年))?(?P<within>{_WITHIN})?(?P<on>以来|起|之后)?"
)
_PARTS = ("from", "first", "quarters", "quarter", "half", "month", "year_end", "whole")
_SAID = ("year", "from", "first", "quarters", "quarter", "half", "month", "whole")
_VAGUE = re.compile(
    r"(?:截至|截止)?(?:目前|当前|现在|发稿|今日|近日)|(?<![0-9今去上本前年半])年[末底初]|"
    r"[上本]个?(?:月|季度|季|期|周)(?:月?[末底])?|当年(?:[末底初])?|[月期季]初|(?<![今去上本前])年同期|同期|同月"
)


@dataclass(frozen=True)
class Span:
    """When a figure is of.

    Parameters
    ----------
    at : int
        Where it stands in its clause.
    start, end : pandas.Period or None
        First and last month; None where the sentence leaves them open.
    is_point : bool
        Whether the end of a month is meant, not the months.
    question : str
        Chinese; empty if the period is clear.
    wording : str
        As written.
    """

    at: int
    start: pd.Period | None
    end: pd.Period | None
    is_point: bool
    question: str
    wording: str
    year_said: str = ""


def find_periods(clause: str, published: pd.Timestamp) -> Iterator[Span]:
    """Yield the periods a clause names.

    Parameters
    ----------
    clause : str
        With narrow digits.
    published : pandas.Timestamp
        Day of publication.

    Yields
    ------
    Span
    """
    named = [match for match in _PERIOD.finditer(clause) if any(match[name] for name in _SAID)]
    for match in named:
        yield _span(match, published)
    for vague in _VAGUE.finditer(clause):
        if any(match.start() <= vague.start() < match.end() for match in named):
            continue
        ask = f"“{vague[0]}”没有说明年月。请写明，如 截至2022年7月底。"
        yield Span(vague.start(), None, None, is_point=True, question=ask, wording=vague[0])


def _span(match: re.Match[str], published: pd.Timestamp) -> Span:
    wording = match[0]

    def ask(question: str) -> Span:
        return Span(match.start(), None, None, is_point=False, question=question, wording=wording)

    said = match["year"]
    if not said:
        return ask(f"“{wording}”没有写年份。请补上，如 {published.year}年{wording}。")
    year = published.year - _YEARS_BACK[said] if said in _YEARS_BACK else int(said)
    first, last, is_point = _months(match)
    if not 1 <= first <= last <= 12:
        return ask(f"“{wording}”不是有效的月份。请核对。")
    start, end = (pd.Period(year=year, month=month, freq="M") for month in (first, last))
    if match["same"]:
        return ask(f"“{wording}”是用来比较的另一期。如确要录入，请写明年月")
    if match["within"]:
        return ask(f"“{wording}”不是整月，月度数据只收整月的数。请改用整月的数")
    if match["since"] or match["on"]:
        # 今年以来 has a beginning and no end, which 截至5月底 beside it may give; 自2021年底 begins the month after.
        if match["day"] or match["part"] or not (match["month"] or not any(match[name] for name in _PARTS) or is_point):
            return ask(f"“{wording}”没有说明从哪个月算起。请写明，如 2022年1-5月。")
        return Span(match.start(), end + 1 if is_point else start, None, False, "", wording, said)
    is_bare = not any(match[name] for name in _PARTS)
    if is_bare and end > published.to_period("M"):
        return ask(f"“{wording}”没有说明到哪个月为止。请写明起止月份，如 {year}年1-{published.month}月。")
    if match["part"]:
        return ask(f"“{wording}”不是月末，月度数据只收月末数。请改用月末数，或写明按哪个月计入。")
    if match["day"]:
        if int(match["day"]) != calendar.monthrange(year, first)[1]:
            return ask(f"“{wording}”是月中的一天，月度数据只收月末数。请改用月末数，或写明按哪个月计入。")
        is_point = True
    if end > published.to_period("M"):
        return ask(f"“{wording}”晚于公布日期 {published:%Y-%m-%d}。请核对年份和公布日期；目标数请录入目标。")
    return Span(match.start(), start, end, is_point, "", wording, said)


def _months(match: re.Match[str]) -> tuple[int, int, bool]:
    """First and last month, and whether the end of the last is meant."""
    number = {
        name: whole_number(match[name]) or 0
        for name in ("from", "to", "first", "quarters", "quarter", "month")
        if match[name]
    }
    if match["from"]:
        return number["from"], number["to"], False
    if match["first"]:
        return 1, number["first"], False
    if match["quarters"]:
        return 1, 3 * number["quarters"], False
    if match["quarter"]:
        return 3 * number["quarter"] - 2, 3 * number["quarter"], bool(match["quarter_end"])
    if match["half"]:
        first = 1 if match["half"] == "上" else 7
        return first, first + 5, bool(match["half_end"])
    if match["month"]:
        return number["month"], number["month"], bool(match["month_end"])
    return 1, 12, bool(match["year_end"])
