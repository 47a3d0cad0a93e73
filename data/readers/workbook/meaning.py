"""What the words of one header or label mean: measure, type, kind of period, period; and what in it is not understood.

A text is understood only when every letter of it is: 新设外资企业 is not 新设企业. Words that make a column something
other than a count (同比, 目标, 占比) are looked for first, since they turn the rest around.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from data.readers.area_codes import is_within
from data.readers.workbook import lexicon
from data.readers.workbook.numbers import UNITS
from data.readers.workbook.periods import Span, find_span, plain

#: Measures as they are told from words, in Chinese; 注销 and 吊销 are joined later.
MEASURE_NAMES = {
    "entries": "新设",
    "exits": "注销吊销",
    "stock": "实有",
    "cancel": "注销",
    "revoke": "吊销",
    "net": "净增",
    "adjustment": "调整",
}
_NUMBERING = re.compile(r"^(?:\(?[一二三四五六七八九十]{1,3}[、.)]|\(?\d{1,2}[、)]|\d{1,2}\.(?!\d)|[①-⑳]|[#＃]+)")
#: 1、2月 are two months and 一、二季度 two quarters, no first item.
_LISTED = re.compile(r"^[\d一二三四五六七八九十]{1,2}(?:、[\d一二三四五六七八九十]{1,2})+[月季]")


@dataclass(frozen=True)
class Meaning:
    """What a text says, and what joins of several texts say together.

    Parameters
    ----------
    area : str or None
        Code.
    entity : str or None
        A type of `forecasting.panel.ENTITY_TYPES`, or `any` for 市场主体, which every type narrows.
    measure : str or None
        `entries`, `exits`, `cancel`, `revoke`, `stock`, `net`, `adjustment`.
    kind : str or None
        `month` 当月, `ytd` 累计, `period` 本期 (of whatever period the table is), `unclear` 本年, 本月累计.
    span : Span or None
    unit : int or None
    special : str or None
        Why it is no count: a name of `lexicon.SPECIAL`, or `subtype`.
    total : str or None
        The word of a sum, 合计 or 小计; what is summed its neighbours say.
    of_which : bool
        其中.
    rest : str
        What is not understood.
    clashes : tuple of str
        Texts joined that say two things.
    """

    area: str | None = None
    entity: str | None = None
    measure: str | None = None
    kind: str | None = None
    span: Span | None = None
    unit: int | None = None
    special: str | None = None
    total: str | None = None
    of_which: bool = False
    rest: str = ""
    clashes: tuple[str, ...] = field(default=())

    @property
    def says_something(self) -> bool:
        """Whether anything in the text is a word of the field."""
        return any((self.area, self.entity, self.measure, self.kind, self.span, self.special, self.total))

    @property
    def says_more(self) -> bool:
        """Whether it says more than that it is a sum."""
        return any((self.area, self.entity not in (None, "any"), self.span, self.special, self.rest))


@lru_cache(maxsize=65536)
def meaning_of(text: str) -> Meaning:
    """Read a header, a label or a title.

    Parameters
    ----------
    text : str
        As written.

    Returns
    -------
    Meaning
        Without area: what may be one is in `rest`.
    """
    left = plain(text)
    left = lexicon.INCLUDED_WORDS.sub("", left if _is_list_of_periods(left) else _NUMBERING.sub("", left))
    of_which = "其中" in left
    unit, left = _take_unit(left)
    special = next((name for name, pattern in lexicon.SPECIAL_WORDS if pattern.search(left)), None)
    span, left = find_span(left)
    if special in ("opening", "previous", "before"):
        left = dict(lexicon.SPECIAL_WORDS)[special].sub("", left)
    is_part = lexicon.SUBTYPE_WORDS.search(left) and not lexicon.EXCEPT_WORDS.search(left)
    if is_part and special is None:
        special, left = "subtype", lexicon.SUBTYPE_WORDS.sub("", left)
    found: dict[str, list[str]] = {"measure": [], "entity": [], "kind": []}
    for facet, table in (
        ("measure", lexicon.MEASURE_WORDS),
        ("entity", lexicon.ENTITY_WORDS),
        ("kind", lexicon.KIND_WORDS),
    ):
        for name, pattern in table:
            left, count = pattern.subn("\x00", left)
            found[facet] += [name] * bool(count)
    totals = lexicon.TOTAL_WORDS.findall(left)
    left = lexicon.IDLE_WORDS.sub("", lexicon.TOTAL_WORDS.sub("", left)).replace("\x00", "")
    measures, entities = _narrowed(found["measure"]), found["entity"]
    if len(entities) > 1 and "any" in entities:
        entities = [name for name in entities if name != "any"]
    clash = (text.strip(),) if len(measures) > 1 or len(entities) > 1 else ()
    return Meaning(
        entity=entities[0] if len(entities) == 1 else None,
        measure=measures[0] if len(measures) == 1 else None,
        kind="unclear" if {"ytd", "month"} <= set(found["kind"]) else next(iter(found["kind"]), None),
        span=span,
        unit=unit,
        special=special,
        total=totals[0] if totals else None,
        of_which=of_which,
        rest=left,
        clashes=clash,
    )


def _is_list_of_periods(text: str) -> bool:
    """Return whether a text begins with periods that follow one another, which a numbering never gives: 1、1月."""
    found = _LISTED.match(text)
    span = find_span(found[0] + ("度" if found[0].endswith("季") else ""))[0] if found else None
    return span is not None and span.is_range


def joined(above: Meaning, below: Meaning) -> Meaning:
    """Return what two texts over the same cells say together.

    Parameters
    ----------
    above, below : Meaning
        The lower one is the more particular.

    Returns
    -------
    Meaning
        With what they disagree on in `clashes`.
    """
    clashes = [*above.clashes, *below.clashes]
    entity = below.entity or above.entity
    if above.entity and below.entity and above.entity != below.entity:
        if "any" in (above.entity, below.entity):
            entity = above.entity if below.entity == "any" else below.entity
        else:
            clashes.append("主体类型")
    measure = below.measure or above.measure
    if above.measure and below.measure and above.measure != below.measure:
        # 实有 over 期末, 注销 and 吊销 under 注销吊销: the lower word is the part.
        if above.measure == "exits" and below.measure in ("cancel", "revoke"):
            measure = below.measure
        else:
            clashes.append("指标")
    area = below.area or above.area
    if above.area and below.area and not is_within(below.area, above.area):
        # 临汾市 beside 蒲县: the smaller is meant.
        area = above.area
        if not is_within(above.area, below.area):
            clashes.append("地区")
    kind = below.kind or above.kind
    if "period" in (above.kind, below.kind):
        kind = next((one for one in (below.kind, above.kind) if one and one != "period"), "period")
    elif above.kind and below.kind and above.kind != below.kind and "unclear" not in (above.kind, below.kind):
        clashes.append("当月/累计")
    elif above.kind and below.kind == "unclear":
        kind = above.kind
    span, is_clear = join_spans(above.span, below.span)
    return Meaning(
        area=area,
        entity=entity,
        measure=measure,
        kind=kind,
        span=span,
        unit=below.unit or above.unit,
        special=_special(above, below),
        total=below.total or above.total,
        of_which=above.of_which or below.of_which,
        rest=above.rest + below.rest,
        clashes=tuple(clashes) if is_clear else (*clashes, "时间"),
    )


def join_spans(above: Span | None, below: Span | None) -> tuple[Span | None, bool]:
    """Join two periods: a year and a month make one; a month and the range that ends in it make the range.

    Parameters
    ----------
    above, below : Span or None

    Returns
    -------
    span : Span or None
    is_clear : bool
        Whether they agree.
    """
    if above is None or below is None:
        return below or above, True
    is_end = above.is_end or below.is_end
    if above.year and below.year and above.year != below.year:
        return below, False
    year = below.year or above.year
    if above.last is None or below.last is None:
        one = below if below.last is not None else above
        return replace(one, year=year, is_end=is_end), True
    if (above.first, above.last) == (below.first, below.last):
        return replace(below, year=year, is_end=is_end), True
    if above.last == below.last and below.is_range != above.is_range:
        return replace(below if below.is_range else above, year=year, is_end=is_end), True
    if above.is_range and above.first is not None and below.first is not None and not above.first_year:
        # A quarter over its months: the month it is.
        return replace(below, year=year, is_end=is_end), above.first <= below.first and below.last <= above.last
    return below, False


def _special(above: Meaning, below: Meaning) -> str | None:
    both = [name for name in (above.special, below.special) if name]
    # A rate of a part is a rate.
    return next((name for name in both if name != "subtype"), both[0] if both else None)


def _narrowed(measures: list[str]) -> list[str]:
    """Leave the part of two words that say the same: 期末实有, 新增 within 净新增."""
    if "net" in measures:
        return ["net"]
    if set(measures) == {"cancel", "revoke"}:
        return ["exits"]
    if "exits" in measures and set(measures) <= {"exits", "cancel", "revoke"}:
        return ["exits"]
    return measures


def _take_unit(text: str) -> tuple[int | None, str]:
    found = lexicon.UNIT.search(text)
    if found is None:
        return None, text
    return UNITS[next((name for name in found.groups() if name), "")], text[: found.start()] + text[found.end() :]
