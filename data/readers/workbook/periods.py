"""Periods as offices write them: 2022年6月, 202206, 1-6月累计, 一季度, 6月末, a day, an Excel serial.

A period found in a text may lack its year, which its neighbours or the title must give. 2022.1 written without a
second digit may be January or October: it is marked, and only its neighbours or the user can settle it.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from data.readers.grid import Cell
from data.readers.workbook.text import plain, words

FIRST_YEAR, LAST_YEAR = 1949, 2099
#: Serial days a month column may hold: 1955 to 2064.
SERIALS = (20_000, 60_000)
#: What may stand behind a period that is a cell of its own.
_REST = re.compile(
    r"(?:份|数|止)?(?:0?0:00(?::00)?|24时|24:00)?(?:\((?:修订|修正|更正|初步|快报|终稿|定稿|正式)数?\))?"
)
LONGEST_TEXT = 500
_EPOCH = date(1899, 12, 30)
_DIGITS = {letter: str(at) for at, letter in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0", "O": "0"}
_CHINESE = "零〇○一二三四五六七八九"
_Y = r"(?P<y>\d{4}|\d{2}(?=年))"
_PATTERNS = [
    # Two years and no month: 2021-2022年 says no year.
    r"(?<!\d)(?P<y0>\d{4})年?[-至到、和](?P<y9>\d{4})年(?!\d)",
    # A range of days, of whole months: 2022年1月1日至6月30日, 2022-01-01至2022-06-30, 6月1日-30日
    rf"(?:{_Y}[年./-])?(?P<a>\d{{1,2}})[月./-]0?1[日号]?[-至到](?:(?P<y2>\d{{4}})[年./-])?(?P<b>\d{{1,2}})[月./-](?P<e>\d{{1,2}})[日号]?(?!\d)",
    rf"(?:{_Y}年)?(?P<a>\d{{1,2}})月0?1[日号]?[-至到](?P<e>\d{{1,2}})[日号]",
    # A range of months: 2022年1-6月, 1月-6月, 2021年1月至2022年6月, 2022.1-6月, 2022年1-6
    rf"(?:{_Y}[年./])?(?P<a>\d{{1,2}})(?:月份?)?[-至到](?:(?P<y2>\d{{4}})[年./])?(?P<b>\d{{1,2}})月份?",
    rf"{_Y}年(?P<a>\d{{1,2}})[-至到](?P<b>\d{{1,2}})(?!\d|季|个?季)",
    # Quarters: 1-3季度, 一、二季度
    rf"(?:{_Y}年)?第?(?<!\d)(?P<qa>[1-4])[-至到、和及](?P<qb>[1-4])季度?",
    # Months that follow one another: 1、2月, 4月、5月和6月
    rf"(?:{_Y}年)?(?<![\d、和及.])(?P<list>\d{{1,2}}(?:月?[、和及]\d{{1,2}}){{1,11}})(?!\d)月份?",
    # A range of months of a year: 2021年1月—2022年6月 is caught above.
    rf"(?:{_Y}年)?前(?P<n>\d{{1,2}})个?月",
    rf"(?:{_Y}年)?(?<!\d)(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日",
    r"(?<!\d)(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)",
    rf"(?:{_Y}年度?)?第?(?P<q>[1-4])季度?(?![个月])",
    r"(?:(?P<y>\d{4})年?)?[Qq](?P<q>[1-4])(?!\d)",
    rf"(?:{_Y}年度?)?(?P<h>前[三3]季度|上半年|下半年|全年)",
    rf"{_Y}年(?P<m>\d{{1,2}})月份?",
    r"(?<!\d)(?P<y>\d{4})(?P<s>[-/])(?P<m>\d{1,2})月?(?![\d-])",
    r"(?<!\d)(?P<y>\d{4})(?P<s>\.)(?P<m>\d{1,2})月?(?![\d.])",
    r"(?<!\d)(?P<m>\d{1,2})月份?",
    rf"(?<!\d){_Y}年度?",
]
_SEARCH = [re.compile(pattern) for pattern in _PATTERNS]
_HALVES = {"前三季度": (1, 9), "前3季度": (1, 9), "上半年": (1, 6), "下半年": (7, 12), "全年": (1, 12)}
_END = re.compile(r"^(?:月)?[末底止]")


@dataclass(frozen=True)
class Span:
    """Some months, of a year that may not be said.

    Parameters
    ----------
    year : int or None
        Of the last month.
    first, last : int or None
        Months from 1; None where only a year is said.
    first_year : int or None
        Where the range began in an earlier year.
    is_end : bool
        Said as an end: 末, 底, 截至.
    doubt : bool
        2022.1, which may be January or October.
    day : int or None
        The day, where one is said.
    """

    year: int | None = None
    first: int | None = None
    last: int | None = None
    first_year: int | None = None
    is_end: bool = False
    doubt: bool = False
    day: int | None = None

    @property
    def is_month(self) -> bool:
        """Whether it is one month."""
        return self.last is not None and self.first == self.last and self.first_year in (None, self.year)

    @property
    def is_range(self) -> bool:
        """Whether it is several months."""
        return self.last is not None and not self.is_month

    @property
    def is_mid_month(self) -> bool:
        """Whether a day is said that is neither the first nor the last of its month."""
        if self.day is None or self.year is None or self.last is None:
            return False
        return self.day not in (1, calendar.monthrange(self.year, self.last)[1])

    def __str__(self) -> str:
        year = f"{self.year}年" if self.year else ""
        if self.last is None:
            return year
        if self.is_month:
            return f"{year}{self.last}月" + ("末" if self.is_end else "")
        start = f"{self.first_year}年{self.first}月" if self.first_year not in (None, self.year) else f"{self.first}"
        return (
            f"{start}至{year}{self.last}月"
            if self.first_year not in (None, self.year)
            else f"{year}{start}-{self.last}月"
        )


@lru_cache(maxsize=65536)
def find_span(text: str) -> tuple[Span | None, str]:
    """Find the first period in a text.

    Parameters
    ----------
    text : str
        As `text.plain` leaves it.

    Returns
    -------
    span : Span or None
    rest : str
        The text without it.
    """
    # What stands further on in a cell of pages of text is no period of a table.
    text = _in_digits(text[:LONGEST_TEXT]) + text[LONGEST_TEXT:]
    is_end = bool(re.search(r"截[至止]", text))
    best: tuple[int, int, Span, re.Match[str]] | None = None
    for rank, pattern in enumerate(_SEARCH):
        found = pattern.search(text, 0, LONGEST_TEXT)
        span = _span(found) if found else None
        if found and span and (best is None or (found.start(), rank) < best[:2]):
            best = (found.start(), rank, span, found)
    if best is None:
        return None, text
    _, _, span, found = best
    before, after = text[: found.start()], text[found.end() :]
    end = _END.match(after)
    if end:
        after, is_end = after[end.end() :], True
    before = re.sub(r"截[至止]到?$", "", before)
    return replace(span, is_end=is_end or span.is_end), before + after


def span_of(cell: Cell, *, is_period_column: bool) -> Span | None:
    """Return the period a cell is, as a whole.

    Parameters
    ----------
    cell : Cell
    is_period_column : bool
        Whether its header says that it holds periods: only there is a bare number one.

    Returns
    -------
    Span or None
    """
    if isinstance(cell, date):
        return Span(year=cell.year, first=cell.month, last=cell.month, day=cell.day)
    text = words(cell)
    if is_period_column or not isinstance(cell, float):
        bare = _bare(text, is_number=isinstance(cell, float), is_period_column=is_period_column)
        if bare:
            return bare
    if isinstance(cell, float):
        return None
    span, rest = find_span(text)
    return span if span and _REST.fullmatch(rest) else None


def _bare(text: str, *, is_number: bool, is_period_column: bool) -> Span | None:
    """Return what digits alone say: 202206, 20220630, 2022.1, a serial, a year, a month."""
    if re.fullmatch(r"(19|20)\d{4}", text):
        return _made(int(text[:4]), int(text[4:]))
    if re.fullmatch(r"(19|20)\d{6}", text):
        return _made(int(text[:4]), int(text[4:6]), day=int(text[6:]))
    said = re.fullmatch(r"((?:19|20)\d{2})(?:年第?|_)(\d{1,2})月?", text)
    if said:
        return _made(int(said[1]), int(said[2]))
    turned = re.fullmatch(r"(\d{1,2})/((?:19|20)\d{2})", text)
    if turned:
        return _made(int(turned[2]), int(turned[1]))
    dotted = re.fullmatch(r"((?:19|20)\d{2})\.(\d{1,2})", text)
    if dotted and (is_period_column or len(dotted[2]) == 2):
        doubt = dotted[2] == "1"
        return _made(int(dotted[1]), int(dotted[2]), doubt=doubt)
    if not is_period_column:
        return None
    if re.fullmatch(r"(19|20)\d{2}", text):
        return Span(year=int(text))
    if re.fullmatch(r"\d{1,2}", text) and 1 <= int(text) <= 12:
        return Span(first=int(text), last=int(text))
    if re.fullmatch(r"\d{5}", text) and SERIALS[0] <= int(text) <= SERIALS[1]:
        day = _EPOCH + timedelta(days=int(text))
        return Span(year=day.year, first=day.month, last=day.month, day=day.day)
    stamp = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(00:00:00|T00:00:00)?", text)
    return _made(int(stamp[1]), int(stamp[2]), day=int(stamp[3])) if stamp and not is_number else None


def _made(year: int, month: int, *, day: int | None = None, doubt: bool = False) -> Span | None:
    if not (1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR):
        return None
    if day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return Span(year=year, first=month, last=month, day=day, doubt=doubt)


def _span(found: re.Match[str]) -> Span | None:
    held = {name: value for name, value in found.groupdict().items() if value}
    year = _year(held["y"]) if "y" in held else None
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if "y0" in held:
        return Span()
    if "h" in held:
        first, last = _HALVES[held["h"]]
        return Span(year=year, first=first, last=last)
    if "list" in held:
        months = [int(month) for month in re.findall(r"\d+", held["list"])]
        is_run = all(later == earlier + 1 for earlier, later in pairwise(months)) and 1 <= months[0] <= months[-1] <= 12
        return Span(year=year, first=months[0], last=months[-1]) if is_run else None
    if "qa" in held:
        first, last = int(held["qa"]), int(held["qb"])
        return Span(year=year, first=3 * first - 2, last=3 * last) if first < last else None
    if "q" in held:
        return Span(year=year, first=3 * int(held["q"]) - 2, last=3 * int(held["q"]))
    if "n" in held:
        return Span(year=year, first=1, last=int(held["n"])) if 1 <= int(held["n"]) <= 12 else None
    if "a" in held:
        first, last = int(held["a"]), int(held.get("b", held["a"]))
        if "e" in held and not _ends(int(held.get("y2", year or 2000)), last, int(held["e"])):
            return None
        if not (1 <= first <= 12 and 1 <= last <= 12):
            return None
        if "y2" in held and year is not None and int(held["y2"]) != year:
            return Span(year=int(held["y2"]), first=first, last=last, first_year=year)
        # 1-1月 is January, in the form of the months that follow.
        return Span(year=year, first=first, last=last) if first <= last else None
    if "m" not in held:
        return Span(year=year)
    month, day = int(held["m"]), int(held["d"]) if "d" in held else None
    if not 1 <= month <= 12 or (day and year and day > calendar.monthrange(year, month)[1]):
        return None
    return Span(
        year=year, first=month, last=month, day=day, doubt=held.get("s") == "." and held["m"] == "1" and not day
    )


def _ends(year: int, month: int, day: int) -> bool:
    """Return whether a day is the last of its month."""
    return 1 <= month <= 12 and day == calendar.monthrange(year, month)[1]


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _in_digits(text: str) -> str:
    """Write the numbers of years, months and quarters in digits: 二〇二二年六月, 十二月, 第一季度, 元月."""
    text = text.replace("元月", "1月")
    text = re.sub(rf"[{_CHINESE}]{{4}}(?=年)", lambda m: "".join(_DIGITS[c] for c in m[0]), text)
    text = re.sub(r"([一二三四])(?=[-至到、和及][一二三四]季)", lambda m: _DIGITS[m[1]], text)
    text = re.sub(r"([一二三四])(?=季)", lambda m: _DIGITS[m[1]], text)
    small = r"(十[一二]?|[一二三四五六七八九])"
    text = re.sub(rf"{small}(?=(?:[、和及](?:十[一二]?|[一二三四五六七八九])){{1,11}}月)", lambda m: _small(m[1]), text)
    text = re.sub(
        rf"{small}(?=(?:月份?)?[-至到](?:十[一二]?|[一二三四五六七八九]|\d{{1,2}})月)", lambda m: _small(m[1]), text
    )
    text = re.sub(rf"{small}(?=月)", lambda m: _small(m[1]), text)
    return re.sub(rf"(?<=前){small}(?=个?月)", lambda m: _small(m[1]), text)


def _small(text: str) -> str:
    if text.startswith("十"):
        return str(10 + (int(_DIGITS[text[1]]) if len(text) > 1 else 0))
    return _DIGITS[text]


__all__ = ["Span", "find_span", "plain", "span_of"]
