"""What the labels of a table mean, along its rows and over its columns: one `Meaning` a row and one a column.

Years that are written once are carried to the months that follow; a sum (合计) is told by what stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.readers.area_codes import common_level
from data.readers.grid import Cell, is_blank, shown
from data.readers.places import Places
from data.readers.workbook.asking import Notebook
from data.readers.workbook.axes import ASIDE, Column
from data.readers.workbook.blocks import Table
from data.readers.workbook.mapping import IGNORE, parse_role_answer
from data.readers.workbook.meaning import Meaning, joined, meaning_of
from data.readers.workbook.periods import Span, find_span, span_of
from data.readers.workbook.sheet import Sheet
from data.readers.workbook.text import words

#: What a word of sum adds up, by what its neighbours say.
SUM_OF = ("entity", "area", "span")
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
    if kind in ("period", "year") or not isinstance(cell, str):
        span = span_of(cell, is_period_column=kind in ("period", "year"))
        if span:
            return Meaning(span=span)
        if kind == "period" and isinstance(cell, str):
            said = meaning_of(cell)
            # 累计 below the months is their sum.
            return Meaning(total="累计") if said == Meaning(kind="ytd") else said
        return Meaning(rest=text)
    whole = _WHOLE.fullmatch(text)
    if whole:
        # 全县 is the county of the table, where it is of a county; elsewhere it is a sum.
        is_own = hint[0] is not None and places.known[hint[0]].endswith(whole[1])
        return Meaning(area=hint[0]) if is_own else Meaning(total="合计")
    codes = places.candidates(text) if kind != "period" else ()
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
            [(code, places.name(code)) for code in left],
            takes_text="area",
        )
        left = (answer,) if answer in places.known else ()
    if len(left) != 1:
        return replace(meaning, special="open", rest="")
    return replace(meaning, area=left[0], rest="")


def level_hint(cells: Sequence[Cell], places: Places) -> str | None:
    """Return the level of most areas that are named without doubt."""
    sure = [codes[0] for cell in cells if isinstance(cell, str) and len(codes := places.candidates(cell)) == 1]
    return common_level(sure)


def rows_of(
    table: Table, sheet: Sheet, columns: Sequence[Column], key: str, note: Notebook, places: Places, within: str | None
) -> dict[int, Line]:
    """Read the labels of the rows.

    Parameters
    ----------
    table : Table
    sheet : Sheet
    columns : sequence of Column
    key : str
    note : Notebook
    places : Places
    within : str or None
        The area of the table.

    Returns
    -------
    dict of int to Line
        By row; headings within the table are not among them.
    """
    labels = [column for column in columns if column.label and column.label not in ASIDE]
    values = [column for column in columns if column.label is None]
    levels = {column.at: level_hint([sheet.filled(row, column.at) for row in table.body], places) for column in labels}
    lines: dict[int, Line] = {}
    headings: list[Meaning] = []
    group = 0
    per_column: dict[int, dict[int, Meaning]] = {column.at: {} for column in labels}
    taken_over: dict[int, Meaning] = {}
    last: dict[int, Cell] = {}
    for row in table.body:
        for column in labels:
            cell = _label_cell(sheet, row, column, labels, last, note)
            if not is_blank([cell]) and sheet.origin(row, column.at)[1] == column.at:
                hint = (within, levels[column.at])
                spot = sheet.origin(row, column.at)
                assert column.label is not None
                per_column[column.at][row] = label_meaning(cell, column.label, spot, key, note, places, hint)
                if is_blank([sheet.filled(row, column.at)]):
                    taken_over[row] = per_column[column.at][row]
    for row in table.body:
        parts = [(column, per_column[column.at][row]) for column in labels if row in per_column[column.at]]
        has_values = any(not is_blank([table.grid.cell(row, column.at)]) for column in values)
        text = "／".join(words(sheet.filled(row, column.at)) for column, _ in parts)
        spot = (row, parts[0][0].at) if parts else (row, table.columns[0])
        meaning = Meaning()
        sums: set[str] = set()
        is_partial = False
        for column, part in parts:
            if part.total and not part.says_more:
                part, found, is_partial = _sum_of_rows(
                    part, row, column, per_column[column.at], lines, group, key, note
                )
                sums |= found
            meaning = joined(meaning, part)
        # A row of all its labels and no value is one in which nothing was observed; with fewer it is a heading.
        if not has_values and (len(labels) == 1 or len(parts) < len(labels)):
            headings, group = _under(headings, meaning), group + 1
            if meaning.rest or not meaning.says_something:
                note.drop(*spot, "表内的文字，未采用")
        for heading in headings if has_values else ():
            meaning = _filled_in(meaning, heading)
        name = f"{key}|行|{text}" if text else f"!{key}|行|{row}"
        answer = usable_answer(note.answer(name), places)
        if answer == IGNORE:
            meaning = replace(meaning, special="ignored")
        elif answer:
            meaning = corrected(meaning, answer)
        is_sum = any(part.total for _, part in parts)
        if has_values and not is_sum and _lacks_type(row, labels, per_column, sheet):
            taken_over.setdefault(row, Meaning())
            is_sum = True
        is_unnamed = bool(labels) and not any(words(sheet.filled(row, column.at)) for column in labels) and not answer
        lines[row] = Line(
            row,
            meaning,
            frozenset(sums),
            is_partial,
            text,
            name,
            spot,
            group,
            is_blank=is_unnamed,
            is_heading_only=not has_values,
            carried=taken_over.get(row) if is_sum else None,
        )
    return lines


def _lacks_type(row: int, labels: Sequence[Column], per_column: dict[int, dict[int, Meaning]], sheet: Sheet) -> bool:
    """Return whether a row names no type in a column in which others do, and no merged cell stands there instead."""
    for column in labels:
        others = per_column[column.at]
        if row in others or sheet.origin(row, column.at) != (row, column.at):
            continue
        if any(one.entity in ("enterprise", "individual", "cooperative") for one in others.values()):
            return True
    return False


def _label_cell(
    sheet: Sheet, row: int, column: Column, labels: Sequence[Column], last: dict[int, Cell], note: Notebook
) -> Cell:
    """Return a label; a blank one below a label of the same group takes it over, and that is noted."""
    cell = sheet.filled(row, column.at)
    if not is_blank([cell]):
        last[column.at] = cell
        return cell
    over = last.get(column.at, "")
    is_inner = any(other.at > column.at and not is_blank([sheet.filled(row, other.at)]) for other in labels)
    if not is_inner or is_blank([over]):
        return cell
    note.change(row, column.at, f"空格沿用上方的“{shown(over)}”")
    return over


def _sum_of_rows(
    part: Meaning,
    row: int,
    column: Column,
    meanings: dict[int, Meaning],
    lines: dict[int, Line],
    group: int,
    key: str,
    note: Notebook,
) -> tuple[Meaning, set[str], bool]:
    """Tell what a 合计 row adds up: what varies in its column, within its group where there are groups."""
    near = [at for at in meanings if at in lines and lines[at].group == group and not lines[at].is_heading_only]
    far = [at for at in meanings if at != row and not (meanings[at].total and not meanings[at].says_more)]
    for rows in (near, far):
        others = [meanings[at] for at in rows if not meanings[at].total]
        kinds = {name for name in SUM_OF for other in others if _facet(other, name)}
        if len(kinds) > 1:
            kinds = _main_kinds(others, kinds)
        if len(kinds) == 1:
            kind = kinds.pop()
            words_of_sum = {meanings[at].total for at in far_totals(meanings)}
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


def far_totals(meanings: dict[int, Meaning]) -> list[int]:
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


def _under(headings: list[Meaning], new: Meaning) -> list[Meaning]:
    """Put a heading under those above it, in the place of one that says the same kind of thing."""
    said = {name for name in ("area", "entity", "measure", "kind", "span") if getattr(new, name)}
    if new.special or new.rest or not said:
        # A heading that is not understood ends those above it: nothing below may be taken for theirs.
        return [replace(new, rest=new.rest or "?")] if new.special or new.rest else headings
    kept = []
    for one in headings:
        if one.special or one.rest or any(getattr(one, name) for name in said):
            break
        kept.append(one)
    return [*kept, new]


def _filled_in(meaning: Meaning, heading: Meaning) -> Meaning:
    if heading.special or heading.rest:
        complete = meaning.area or meaning.entity or meaning.span
        return (
            meaning
            if complete and not heading.special
            else replace(meaning, special=meaning.special or heading.special, rest=meaning.rest or heading.rest)
        )
    return replace(
        meaning,
        area=meaning.area or heading.area,
        entity=meaning.entity or heading.entity,
        measure=meaning.measure or heading.measure,
        kind=meaning.kind or heading.kind,
        span=meaning.span or heading.span,
        unit=meaning.unit or heading.unit,
    )


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
