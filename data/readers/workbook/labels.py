"""What one label means, and what a whole row or column does: a `Meaning` a label, a `Line` a row or column.

What a user answered about a row or a column is laid over what was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.readers.area_codes import at_level, common_level
from data.readers.grid import Cell, shown
from data.readers.places import Places
from data.readers.workbook.asking import Notebook
from data.readers.workbook.mapping import IGNORE, parse_role_answer
from data.readers.workbook.meaning import Meaning, meaning_of
from data.readers.workbook.periods import Span, find_span, span_of
from data.readers.workbook.text import words

_FOOTNOTE = re.compile(r"[①-⑳*★†‡]+$")
_LEVELS = {"国": "nation", "省": "province", "市": "city", "县": "county", "区": "county"}
_WHOLE = re.compile(r"全(国|省|市|县|区)(?:合计|总计|小计)?")


@dataclass(frozen=True)
class Line:
    """What a row or a column means.

    Parameters
    ----------
    at : int
        Row or column.
    meaning : Meaning
    sums : frozenset of str
        What it is the sum of: `area`, `span`; a sum of types is the type `all` itself.
    is_partial : bool
        A 小计 beside a 合计.
    text : str
        What is written, for messages.
    key : str
        For questions.
    spot : tuple of (int, int)
        Its label.
    group : int
        Lines of one group stand under the same heading.
    is_blank : bool
        Without a label, beside others that have one.
    is_heading_only : bool
        A label without values: a heading, or a row in which nothing was observed.
    carried : Meaning or None
        The label a blank cell took over from above, where the row is a sum.
    """

    at: int
    meaning: Meaning
    sums: frozenset[str]
    is_partial: bool
    text: str
    key: str
    spot: tuple[int, int]
    group: int = 0
    is_blank: bool = False
    is_heading_only: bool = False
    carried: Meaning | None = None


def label_meaning(
    cell: Cell,
    kind: str,
    spot: tuple[int, int],
    key: str,
    note: Notebook,
    places: Places,
    hint: tuple[str | None, str | None],
) -> Meaning:
    """Read one label.

    Parameters
    ----------
    cell : Cell
    kind : str
        Of its column.
    spot : tuple of (int, int)
    key : str
        Of the table, for questions.
    note : Notebook
    places : Places
    hint : tuple
        The area of the table and the level of most of its areas.

    Returns
    -------
    Meaning
    """
    text = words(cell)
    if kind == "day":
        return Meaning(span=Span(day=int(text))) if text.isdecimal() else Meaning(rest=text)
    if kind in ("period", "year") or not isinstance(cell, str):
        span = span_of(cell, is_period_column=kind in ("period", "year"))
        if span:
            return Meaning(span=span)
        if kind == "period" and isinstance(cell, str):
            said = meaning_of(cell)
            # 累计 below the months is their sum.
            return Meaning(total="累计") if said == Meaning(kind="ytd") else said
        codes = places.candidates(text) if kind not in ("period", "year") else ()
        return Meaning(area=codes[0]) if len(codes) == 1 else Meaning(rest=text)
    whole = _WHOLE.fullmatch(text)
    if whole:
        # 全县 is the county of the table, where it is of a county; elsewhere it is a sum.
        # Above it, 全市 is the city it lies in.
        above = at_level(hint[0], _LEVELS[whole[1]]) if hint[0] is not None else None
        is_own = hint[0] is not None and places.known[hint[0]].endswith(whole[1])
        if not is_own and above in places.known and above != hint[0]:
            return Meaning(area=above)
        return Meaning(area=hint[0]) if is_own else Meaning(total="合计")
    codes = places.candidates(_FOOTNOTE.sub("", text)) if kind != "period" else ()
    meaning = Meaning() if codes else meaning_of(str(cell))
    if not codes and meaning.rest and meaning.special in (None, "subtype"):
        codes = places.candidates(meaning.rest)
        if codes:
            meaning = replace(meaning, rest="")
    if not codes:
        return meaning
    left = places.settle(codes, within=hint[0], level=hint[1])
    if len(left) > 1:
        answer = note.ask(
            f"{key}|名|{text}",
            *spot,
            f"“{shown(cell)}”不止一处。是哪个地区？",
            [*((code, places.name(code)) for code in left), (IGNORE, "都不是，这一行（列）不用")],
            takes_text="area",
        )
        if answer == IGNORE:
            return replace(meaning, special="ignored", rest="")
        left = (answer,) if answer in places.known else ()
    if len(left) != 1:
        return replace(meaning, special="open", rest="")
    return replace(meaning, area=left[0], rest="")


def level_hint(cells: Sequence[Cell], places: Places) -> str | None:
    """Return the level of most areas that are named without doubt."""
    sure = [codes[0] for cell in cells if isinstance(cell, str) and len(codes := places.candidates(cell)) == 1]
    return common_level(sure)


def usable_answer(answer: str | None, places: Places) -> str | None:
    """Return an answer about a row or a column if it says something; an area that is none leaves the question open.

    Parameters
    ----------
    answer : str or None
        `ignore`, the code of an area, or as `mapping.role_answer` writes it.
    places : Places

    Returns
    -------
    str or None
    """
    if answer is None or answer == IGNORE:
        return answer
    said = answer if "=" in answer else f"area={answer}"
    facets = parse_role_answer(said)
    is_known = "area" not in facets or facets["area"] in places.known
    return said if facets and is_known else None


def corrected(meaning: Meaning, answer: str) -> Meaning:
    """Lay a user's answer over what was read.

    Parameters
    ----------
    meaning : Meaning
    answer : str
        As `mapping.role_answer` writes it.

    Returns
    -------
    Meaning
    """
    facets = parse_role_answer(answer)
    if not facets:
        return meaning
    span: Span | None = find_span(facets["span"])[0] if "span" in facets else meaning.span
    return replace(
        meaning,
        area=facets.get("area", meaning.area),
        entity=facets.get("entity", meaning.entity),
        measure=facets.get("measure", meaning.measure),
        kind=facets.get("kind", meaning.kind),
        unit=int(facets["unit"]) if facets.get("unit", "").isdecimal() else meaning.unit,
        span=span,
        special=None,
        rest="",
        clashes=(),
        total=None,
    )
