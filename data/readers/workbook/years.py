"""Years that are written once and hold for the months that follow; 2022.1 told from 2022.10 by its neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from data.readers.workbook.asking import Notebook
from data.readers.workbook.labels import Line
from data.readers.workbook.meaning import Meaning
from data.readers.workbook.periods import Span


def are_years(lines: Iterable[Line], above: Span | None) -> bool:
    """Return whether every line of an axis is of one year and no month: the months stand along the other axis.

    Parameters
    ----------
    lines : iterable of Line
    above : Span or None
        The period of the table; where it names a month, 2021年 is that month of 2021.

    Returns
    -------
    bool
    """
    spoken = [line for line in lines if not (line.meaning.special or line.meaning.total or line.sums)]
    spans = [line.meaning.span for line in spoken if not line.is_heading_only]
    is_free = above is None or above.last is None
    return is_free and bool(spans) and all(span is not None and span.year and span.last is None for span in spans)


def with_years(
    lines: dict[int, Line], above: Span | None, key: str, note: Notebook, *, is_dated: bool
) -> dict[int, Line]:
    """Complete the periods along one axis.

    Parameters
    ----------
    lines : dict of int to Line
        In order.
    above : Span or None
        The period of the table.
    key : str
        Of the table, for questions.
    note : Notebook
    is_dated : bool
        Whether the lines of the other axis say the years; then the months of this one wait for theirs.

    Returns
    -------
    dict of int to Line
    """
    if is_dated:
        return lines
    done: dict[int, Line] = {}
    chains: dict[tuple[object, ...], list[int]] = {}
    for at, line in lines.items():
        chains.setdefault(_chain(line.meaning), []).append(at)
    for chain in chains.values():
        if above is not None and _is_newest_first([lines[at].meaning.span for at in chain]):
            chain.reverse()
        spans = [lines[at].meaning.span for at in chain]
        carried: Span | None = None
        is_stated = is_open = False
        for position, at in enumerate(chain):
            line = lines[at]
            span = spans[position]
            if is_open and span is not None and span.year is None and span.last is not None:
                # One question is enough: the year of the first carries to the rest.
                done[at] = replace(line, meaning=replace(line.meaning, special=line.meaning.special or "open"))
                continue
            if span is not None and span.doubt:
                span = _settled(spans, position, line, note)
            if span is not None and span.last is not None and span.year is None:
                span = _with_year(span, carried if is_stated else None, above, spans[:position], line, key, note)
                is_stated = is_stated or above is None or above.year is None
            elif span is not None and span.year is not None:
                is_stated = True
            spans[position] = span
            if span is not None and span.year is not None and span.last is not None and not line.meaning.special:
                carried = span
            is_open = span is not None and span.last is not None and (span.doubt or span.year is None)
            special = line.meaning.special or ("open" if is_open else None)
            done[at] = replace(line, meaning=replace(line.meaning, span=span, special=special))
    return {at: done[at] for at in lines}


def _is_newest_first(spans: Sequence[Span | None]) -> bool:
    """Return whether months of one year, which is not said, stand from the newest to the oldest."""
    months = [span.last for span in spans if span is not None and span.is_month and span.year is None and span.last]
    return 1 < len(months) == len(spans) and all(later == earlier - 1 for earlier, later in pairwise(months))


def _chain(meaning: Meaning) -> tuple[object, ...]:
    return (meaning.area, meaning.entity, meaning.measure, meaning.kind, meaning.special, meaning.total)


def _with_year(
    span: Span,
    carried: Span | None,
    above: Span | None,
    earlier: Sequence[Span | None],
    line: Line,
    key: str,
    note: Notebook,
) -> Span:
    assert span.last is not None
    if above is not None and above.first_year not in (None, above.year) and above.first is not None and above.year:
        return replace(span, year=above.first_year if span.last >= above.first else above.year)
    if carried is not None and carried.year and carried.last:
        is_next = (
            span.is_month
            and carried.is_month
            and (span.last == carried.last + 1 or (span.last > carried.last and above is None))
        )
        is_longer = span.first == carried.first and span.last > carried.last
        if is_next or is_longer or (span.first == carried.last + 1):
            if above is None or above.year != carried.year:
                note.change(*line.spot, f"年份沿用前一项，读作{carried.year}年{span.last}月")
            return replace(span, year=carried.year)
        if carried.is_month and span.is_month and carried.last == 12 and span.last == 1:
            note.change(*line.spot, f"接在12月之后，读作{carried.year + 1}年1月")
            return replace(span, year=carried.year + 1)
    if above is not None and above.year is not None:
        before = [one.last for one in earlier if one is not None and one.last is not None]
        is_wrapped = bool(before) and span.is_month and span.last < max(before)
        if is_wrapped or (carried is not None and carried.year != above.year):
            answer = note.ask(
                f"{note.own(key)}|年份|{line.text}",
                *line.spot,
                f"“{line.text}”没有写年份，而各月不在同一年内依次排列。是哪一年的？",
                [(str(above.year), f"{above.year}年"), (str(above.year - 1), f"{above.year - 1}年")],
                takes_text="year",
                is_lasting=False,
            )
            if answer and answer.isdecimal():
                return replace(span, year=int(answer))
            return replace(span, year=above.year, doubt=True)
        return replace(span, year=above.year)
    answer = note.ask(
        f"{note.own(key)}|年份|{line.text}",
        *line.spot,
        f"“{line.text}”没有写年份。是哪一年的？",
        [],
        takes_text="year",
        is_lasting=False,
    )
    return replace(span, year=int(answer)) if answer and answer.isdecimal() and len(answer) == 4 else span


def _settled(spans: Sequence[Span | None], position: int, line: Line, note: Notebook) -> Span:
    """Tell January from October by the months before and after; ask where they do not tell."""
    span = spans[position]
    assert span is not None
    assert span.year is not None
    before = spans[position - 1] if position else None
    after = spans[position + 1] if position + 1 < len(spans) else None
    january = _is(before, span.year - 1, 12) or _is(after, span.year, 2)
    october = _is(before, span.year, 9) or _is(after, span.year, 11)
    if january != october:
        month = 1 if january else 10
        note.change(*line.spot, f"“{note.said(*line.spot)}”按前后月份读作{span.year}年{month}月")
        return replace(span, first=month, last=month, doubt=False)
    answer = note.ask(
        f"格|{note.title}|{line.spot[0]},{line.spot[1]}",
        *line.spot,
        f"“{note.said(*line.spot)}”是小数，分不清 {span.year}.1 是 1 月还是 10 月。是哪个月？",
        [(f"{span.year}-01", f"{span.year}年1月"), (f"{span.year}-10", f"{span.year}年10月")],
        is_lasting=False,
    )
    if answer in (f"{span.year}-01", f"{span.year}-10"):
        return replace(span, first=int(answer[-2:]), last=int(answer[-2:]), doubt=False)
    return span


def _is(span: Span | None, year: int, month: int) -> bool:
    return span is not None and span.is_month and not span.doubt and (span.year, span.last) == (year, month)
