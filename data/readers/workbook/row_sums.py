"""What a 合计 row adds up: a word of sum is told by what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.readers.workbook.asking import Notebook
from data.readers.workbook.axes import Column
from data.readers.workbook.labels import Line
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import Meaning

#: What a word of sum adds up, by what its neighbours say.
SUM_OF = ("entity", "area", "span")


def sum_of_rows(
    part: Meaning,
    row: int,
    column: Column,
    meanings: dict[int, Meaning],
    lines: dict[int, Line],
    group: int,
    key: str,
    note: Notebook,
) -> tuple[Meaning, set[str], bool]:
    """Tell what a 合计 row adds up: what varies in its column, within its group where there are groups.

    Parameters
    ----------
    part : Meaning
        Of the label that is a word of sum.
    row : int
    column : Column
        In which it stands.
    meanings : dict of int to Meaning
        By row, the labels of that column.
    lines : dict of int to Line
        Rows above, read already.
    group : int
        Of the row.
    key : str
        Of the table, for questions.
    note : Notebook

    Returns
    -------
    meaning : Meaning
        Of the label, no longer a word of sum: a sum of types is the type `all`.
    sums : set of str
        What else it is the sum of, as in `Line.sums`; `unknown` where it was asked and not answered.
    is_partial : bool
        Whether it is a 小计 beside a 合计.
    """
    above = [meanings[at] for at in meanings if at < row and at in lines and lines[at].group == group]
    if part.total == "小计" and above and all(one.special == "subtype" for one in above):
        asked = "“小计”之上都是企业的各类。它是企业的总数吗？"
        options = [("entity=enterprise", "是，企业"), (IGNORE, "不用这一行")]
        answer = note.ask(f"{key}|行|{part.total}|小计", row, column.at, asked, options)
        is_firms = answer == "entity=enterprise"
        special = None if is_firms else "ignored" if answer == IGNORE else "open"
        return replace(part, entity="enterprise", special=special, total=None), set(), False
    near = [at for at in meanings if at in lines and lines[at].group == group and not lines[at].is_heading_only]
    far = [at for at in meanings if at != row and not (meanings[at].total and not meanings[at].says_more)]
    for rows in (near, far):
        others = [meanings[at] for at in rows if not meanings[at].total]
        kinds = {name for name in SUM_OF for other in others if _facet(other, name)}
        if len(kinds) > 1:
            kinds = _main_kinds(others, kinds)
        if len(kinds) == 1:
            kind = kinds.pop()
            words_of_sum = {meanings[at].total for at in _totals(meanings)}
            is_partial = part.total == "小计" and len(words_of_sum) > 1
            if kind == "entity":
                return replace(part, entity="all", total=None), set(), is_partial
            return replace(part, total=None), {kind}, is_partial
    answer = note.ask(
        f"{key}|行|{part.total}|合计",
        row,
        column.at,
        f"看不出“{part.total}”是什么的合计。怎样处理？",
        [
            ("area", "各地区的合计，核对后不入库"),
            ("entity", "各类主体的合计，即全部市场主体"),
            ("ignore", "不用这一行"),
        ],
    )
    if answer == "entity":
        return replace(part, entity="all", total=None), set(), False
    if answer == "ignore":
        return replace(part, special="ignored", total=None), set(), False
    return replace(part, total=None), {"area"} if answer == "area" else {"unknown"}, False


def _totals(meanings: dict[int, Meaning]) -> list[int]:
    """Return the rows of a column that are sums and nothing else."""
    return [at for at, one in meanings.items() if one.total and not one.says_more]


def _main_kinds(others: Sequence[Meaning], kinds: set[str]) -> set[str]:
    """Of areas with types among them (其中：企业), the areas are what is summed."""
    entities = [one for one in others if one.entity and not one.area]
    if "area" in kinds and entities and all(one.of_which for one in entities):
        return kinds - {"entity"}
    return kinds


def _facet(meaning: Meaning, name: str) -> object:
    if name == "entity":
        return meaning.entity not in (None, "any", "all") or meaning.special == "subtype"
    return getattr(meaning, name)
