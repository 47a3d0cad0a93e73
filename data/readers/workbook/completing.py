"""What neither row nor column says of a figure, from what stands above; asked for where nothing says it.

A figure needs area, type, measure and period. Nothing is taken by default but two things that every office means:
市场主体 without a type are all of them, and a month without 累计 is the month itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from data.readers.grid import shown
from data.readers.places import Places
from data.readers.workbook.asking import Notebook
from data.readers.workbook.blocks import Table
from data.readers.workbook.context import Context
from data.readers.workbook.labels import Line
from data.readers.workbook.mapping import IGNORE, parse_role_answer
from data.readers.workbook.meaning import Meaning
from data.readers.workbook.periods import Span
from data.readers.workbook.text import plain

#: Why a column or row is left out, in Chinese.
WHY = {
    "yoy": "同比，只作核对",
    "growth": "增减或环比，不入库",
    "share": "比率或占比，不入库",
    "goal": "目标、计划或进度，不是登记数",
    "rank": "排名，不入库",
    "index": "序号",
    "previous": "上年同期数，只作核对",
    "before": "上月（上期）数，不入库",
    "opening": "期初数，只作核对",
    "earlier": "年初（上年末）数，不入库",
    "note": "备注",
    "other": "不是主体户数，不入库",
    "subtype": "某一类主体中的一部分，不是本系统的四类",
    "ignored": "按您的答复不用",
    "open": "等待答复",
}
#: What a column or a row may be said to be.
OPTIONS = [
    (IGNORE, "不用"),
    ("measure=entries", "新设"),
    ("measure=exits", "注销吊销"),
    ("measure=stock", "实有"),
    ("entity=all", "全部市场主体"),
    ("entity=enterprise", "企业"),
    ("entity=individual", "个体工商户"),
    ("entity=cooperative", "农民专业合作社"),
]
_TYPES = [option for option in OPTIONS if option[0].startswith("entity")]
_MEASURES = [option for option in OPTIONS if option[0].startswith("measure")]
N_TYPES = 3
FLOWS = ("entries", "exits", "cancel", "revoke", "net")


@dataclass(frozen=True)
class Desk:
    """One table with all that is known of it.

    Parameters
    ----------
    table : Table
    key : str
        For questions.
    note : Notebook
    places : Places
    context : Context
    """

    table: Table
    key: str
    note: Notebook
    places: Places
    context: Context

    @property
    def spot(self) -> tuple[int, int]:
        """A cell that stands for the whole table: the first of its header."""
        rows = self.table.header or self.table.body
        return rows[0], self.table.columns[0]

    def own(self, what: str) -> str:
        """Return the key of a question about this sheet alone."""
        return f"{self.note.own(self.key)}|{what}"

    def silent(self) -> Desk:
        """Return the same desk with a notebook that nobody reads."""
        note = replace(
            self.note, roles=[], readings=[], changes=[], dropped=[], checks=[], questions={}, faults={}, used={}
        )
        return replace(self, note=note)


def completed(meaning: Meaning, sums: frozenset[str], line: Line, top: Line, desk: Desk) -> Meaning | None:
    """Fill what neither row nor column says, or ask for it.

    Parameters
    ----------
    meaning : Meaning
        Of row and column together.
    sums : frozenset of str
        What the figure is a sum of: there that facet is not needed.
    line, top : Line
        Row and column.
    desk : Desk

    Returns
    -------
    Meaning or None
        None where something was asked.
    """
    if desk.context.goal_word and meaning.special is None and not _is_no_goal(desk):
        return None
    measure = meaning.measure or ("stock" if meaning.special == "opening" else _measure(top, desk))
    area = meaning.area or desk.context.meaning.area
    if area is None and "area" not in sums:
        area = _area(line, top, desk)
    if measure is None or (area is None and "area" not in sums):
        return None
    entity = meaning.entity if meaning.entity not in (None, "any") else _entity(meaning, desk)
    span = _span(meaning, sums, desk)
    if entity is None or (span is None and "span" not in sums):
        return None
    kind = meaning.kind or (desk.context.meaning.kind if meaning.span is None or not meaning.span.is_month else None)
    if measure in FLOWS and "span" not in sums and span is not None:
        kind = _kind(_kind_of_span(kind, meaning.span, span), span, top, desk)
        if kind is None:
            return None
    return replace(meaning, area=area, entity=entity, measure=measure, span=span, kind=kind, rest="", clashes=())


def ask_label(line: Line, desk: Desk) -> None:
    """Ask what a row or a column is that has no label where its neighbours have one.

    Parameters
    ----------
    line : Line
    desk : Desk
    """
    said = f"“{shown(line.text)}”" if line.text else "没有名称，"
    asked = f"{said}看不出是哪个地区、哪类主体的数。这一行（列）是什么？"
    desk.note.ask(line.key, *line.spot, asked, OPTIONS, takes_text="area", is_lasting=not line.key.startswith("!"))


def _is_no_goal(desk: Desk) -> bool:
    options = [(IGNORE, "不读这张表"), ("counts", "是登记数，照读")]
    asked = "标题像是目标、任务或计划，不是登记数。怎样处理？"
    return desk.note.ask(f"{desk.key}|表|目标|{desk.context.goal_word}", *desk.spot, asked, options) == "counts"


def _measure(top: Line, desk: Desk) -> str | None:
    context = desk.context
    found = context.meaning.measure
    if found and context.special in (
        "goal",
        "other",
        "share",
        "yoy",
        "growth",
        "previous",
        "before",
        "opening",
        "earlier",
        "subtype",
    ):
        asked = f"标题说到“{WHY[context.special]}”的内容，而各列没有写明指标。这些数是什么？"
        answer = desk.note.ask(f"{desk.key}|表|指标", *desk.spot, asked, [*_MEASURES, (IGNORE, "不读这张表")])
        return parse_role_answer(answer or "").get("measure")
    if found:
        return found
    spot = top.spot if top.text else desk.spot
    asked = f"列“{shown(top.text)}”没有写明是新设、注销还是实有。这些数是什么？"
    answer = desk.note.ask(f"{desk.key}|表|指标", *spot, asked, [*_MEASURES, (IGNORE, "不读这些数")])
    return parse_role_answer(answer or "").get("measure")


def _area(line: Line, top: Line, desk: Desk) -> str | None:
    if desk.own("表|地区冲突") in desk.note.questions:
        return None
    if desk.context.has_areas:
        ask_label(line if line.text else top, desk)
        return None
    asked = "表里没有写明是哪个地区的数。请选择地区。"
    answer = desk.note.ask(desk.own("表|地区"), *desk.spot, asked, [], takes_text="area") or ""
    area = parse_role_answer(answer).get("area", answer)
    return area if area in desk.places.known else None


def _entity(meaning: Meaning, desk: Desk) -> str | None:
    above = desk.context.meaning.entity
    if desk.context.special == "subtype" and meaning.special is None:
        asked = "标题说的是某一类主体中的一部分。这些数怎样处理？"
        answer = desk.note.ask(
            f"{desk.key}|表|类型|{desk.context.special_word}", *desk.spot, asked, [(IGNORE, "不读这张表"), *_TYPES]
        )
        return parse_role_answer(answer or "").get("entity")
    if above in (None, "any") and 1 < desk.context.n_types < N_TYPES and meaning.special is None:
        asked = "标题写了不止一类主体，而这些数没有写明是哪一类。是哪一类的？"
        answer = desk.note.ask(f"{desk.key}|表|类型|", *desk.spot, asked, [(IGNORE, "不读这张表"), *_TYPES])
        return parse_role_answer(answer or "").get("entity")
    return above if above not in (None, "any") else "all"


def _span(meaning: Meaning, sums: frozenset[str], desk: Desk) -> Span | None:
    own, above = meaning.span, desk.context.meaning.span
    if own is not None and own.year is not None and own.last is not None:
        return own
    if "span" in sums or (own is None and above is not None and above.year and above.last):
        return above
    if own is not None and own.last is not None and above is not None and above.year:
        return replace(own, year=above.year)
    if own is not None and own.year is not None and own.last is None:
        return _year_column(own, above, desk)
    waiting = (f"!{desk.own('表|日期')}", f"!{desk.own('表|时间冲突')}")
    if any(asked.startswith(waiting) for asked in desk.note.questions):
        return None
    file = desk.context.month_from_file
    if own is not None and own.last is not None:
        options = [(str(file.year), f"{file.year}年（取自文件名）")] if file and file.year else []
        asked = f"“{own}”没有写年份。是哪一年的？"
        answer = desk.note.ask(desk.own("表|年份"), *desk.spot, asked, options, takes_text="year", is_lasting=False)
        return replace(own, year=int(answer)) if answer and answer.isdecimal() and len(answer) == 4 else None
    options = [(f"{file.year}-{file.last:02d}", f"{file}（取自文件名）")] if file and file.year and file.last else []
    if above is not None and above.year and above.year <= desk.note.last_year:
        options.append((str(above.year), f"{above.year}年全年（年末）"))
    asked = "表里没有写明是哪年哪月的数。请选择月份。"
    answer = desk.note.ask(desk.own("表|时间"), *desk.spot, asked, options, takes_text="month", is_lasting=False)
    return month_span(answer or "")


def _year_column(own: Span, above: Span | None, desk: Desk) -> Span | None:
    """Read a year alone as the whole of it; ask of which month 2021年 is under a title of 2022年6月."""
    if above is None or above.last is None:
        return replace(own, first=1, last=12)
    if above.year is None or above.year == own.year:
        return replace(above, year=own.year)
    answer = desk.note.ask(
        f"{desk.key}|年份列",
        *desk.spot,
        f"标题写的是“{above}”，表里又有“{own}”。{own}的数是哪个时间的？",
        [("same", f"与标题同月（{above.last}月）"), ("year", "全年（年末）"), (IGNORE, "不用")],
    )
    if answer == "same":
        return replace(above, year=own.year)
    return replace(own, first=1, last=12) if answer == "year" else None


def month_span(text: str) -> Span | None:
    """Read 2022-06, or 2022, which is all of it.

    Parameters
    ----------
    text : str

    Returns
    -------
    Span or None
    """
    year, dash, month = text.partition("-")
    if not dash and re.fullmatch(r"\d{4}", text):
        return Span(year=int(text), first=1, last=12)
    if not dash or not year.isdecimal() or not month.isdecimal() or not 1 <= int(month) <= 12:
        return None
    return Span(year=int(year), first=int(month), last=int(month))


def _kind_of_span(kind: str | None, own: Span | None, span: Span) -> str | None:
    """Read 本期, and 本月 beside several months, by the months that they are said of."""
    if kind == "period" or (kind == "month" and own is not None and own.is_range):
        return "range" if span.is_range else "month"
    is_merged = span.is_range and (span.first, span.last) == (1, 2)
    # 2022年新设 in a table of June may be June's or the year's; 本月 in a table of January and February, of both.
    is_year = kind is None and own is not None and own.last is None and span.is_month
    return "unclear" if is_year or (kind == "month" and is_merged) else kind


def _kind(kind: str | None, span: Span, top: Line, desk: Desk) -> str | None:
    """Tell 当月 from 累计; ask where the words allow both."""
    if kind == "unclear" and span.is_range and span.first == 1 and "月" not in plain(top.text):
        # 本年 of 1-6月.
        return "ytd"
    if kind != "unclear" and not (kind is None and span.is_end):
        return kind or ("range" if span.is_range else "month")
    is_own = top.meaning.kind is not None or top.meaning.span is not None
    # What stands above all columns is one question for all of them.
    key, spot = (top.key, top.spot) if is_own else (desk.key, desk.spot)
    what = shown(top.text) if is_own and top.text else "新设、注销等数"
    answer = desk.note.ask(
        f"{key}|当月累计",
        *spot,
        f"“{what}”（{span}）看不出是当月数还是本年累计数。是哪一种？",
        [("kind=month", "当月数"), ("kind=ytd", "本年累计数")],
    )
    return parse_role_answer(answer or "").get("kind")
