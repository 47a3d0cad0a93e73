"""What the titles of a table say against its rows and columns: words not understood, another type, another measure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.readers.workbook.asking import Notebook, pattern_of
from data.readers.workbook.context import Context
from data.readers.workbook.labels import Line
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import MEASURE_NAMES
from forecasting.panel import ENTITY_TYPES

#: What a title may say of the whole of a table that would make its numbers no counts of the month.
_TURNED = {
    "previous": "上年同期数",
    "before": "上月数",
    "yoy": "同比",
    "growth": "增减数",
    "share": "比率或构成",
    "opening": "期初数",
    "earlier": "年初数",
    "rank": "排名",
    "other": "别的指标，或一部分主体的数",
    "subtype": "某一类主体中一部分的数",
}
#: Measures that are said of the same columns.
_EXITS = ("exits", "cancel", "revoke")


def ask_strange_titles(
    context: Context, lines: Sequence[Line], key: str, note: Notebook, spot: tuple[int, int]
) -> None:
    """Ask about words of a title that are not understood, or that would turn all its numbers into something else.

    Parameters
    ----------
    context : Context
    lines : sequence of Line
        Rows and columns.
    key : str
        Of the table.
    note : Notebook
    spot : tuple of (int, int)
        A cell that stands for the table.
    """
    options = [("whole", "就是登记数，照读"), (IGNORE, "不读这张表")]
    for row, column, left in context.strange:
        asked = f"标题里的“{left}”不认识。这张表是标题所写地区、所写类型的全部登记数吗？"
        note.ask(f"{key}|题|{_word(left)}", row, column, asked, options)
    special = context.special
    specials = {line.meaning.special for line in lines}
    has_measures = any(line.meaning.measure for line in lines)
    has_types = any(line.meaning.entity in ("enterprise", "individual", "cooperative") for line in lines)
    # Without measures, or without types, there is a question of its own.
    is_open = has_types if special == "subtype" else has_measures
    if special in _TURNED and special not in specials and is_open:
        asked = f"标题里有“{context.special_word}”，像是{_TURNED[special]}，而各列没有写明。这张表怎样处理？"
        note.ask(f"{key}|题|{_word(context.special_word)}", *spot, asked, options)


def _word(text: str) -> str:
    """Name words for an answer: 专报6 and 专报7 are one, 前100强 and 前50强 are not."""
    return text if re.search(r"\d+[强家户个名]", text) else pattern_of(text)


def is_ignored(context: Context, key: str, note: Notebook) -> bool:
    """Return whether the user said that a table with such a title is not to be read.

    Parameters
    ----------
    context : Context
    key : str
    note : Notebook

    Returns
    -------
    bool
    """
    names = [left for *_, left in context.strange] + [context.special_word]
    keys = [f"{key}|表|目标|{context.goal_word}", f"{key}|表|类型|{context.special_word}", f"{key}|表|类型|"]
    keys += [f"{key}|题|{_word(name)}" for name in names] + [f"{note.own(key)}|{what}不一" for what in ("类型", "指标")]
    return IGNORE in [note.answer(one) for one in keys]


def check_titles(context: Context, lines: Sequence[Line], key: str, note: Notebook) -> None:
    """Ask where the title is of one type or measure, and its rows and columns are of others: one was not changed.

    Parameters
    ----------
    context : Context
    lines : sequence of Line
    key : str
        Of the table.
    note : Notebook
    """
    above = context.meaning
    spoken = [line for line in lines if not line.meaning.special]
    types = {line.meaning.entity: line for line in spoken if line.meaning.entity not in (None, "any", "all")}
    if above.entity not in (None, "any", "all") and types and above.entity not in types:
        other, line = next(iter(types.items()))
        _ask_which(note, f"{note.own(key)}|类型不一", line, ENTITY_TYPES[above.entity or ""], ENTITY_TYPES[other or ""])
    measures = {line.meaning.measure: line for line in spoken if line.meaning.measure not in (None, "adjustment")}
    is_held = above.measure in measures or (above.measure in _EXITS and bool(measures.keys() & set(_EXITS)))
    if above.measure not in (None, "net", "adjustment") and measures and not is_held:
        measure, line = next(iter(measures.items()))
        _ask_which(
            note, f"{note.own(key)}|指标不一", line, MEASURE_NAMES[above.measure or ""], MEASURE_NAMES[measure or ""]
        )


def _ask_which(note: Notebook, key: str, line: Line, above: str, here: str) -> None:
    asked = f"标题写的是{above}，这里是{here}。以哪个为准？"
    note.ask(key, *line.spot, asked, [("header", "以这里为准"), (IGNORE, "不读这张表")])
