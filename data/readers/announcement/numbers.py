"""Figures in a Chinese sentence, with what they leave open: 364万户, 1万6千户, 三百六十四万户, 5万余户, 近2000家.

The precision of a plain figure is half a unit of the last digit written, zeros included (364万 -> ± 5 000, 1.6万 ->
± 500, 6472 -> ± 0.5). A figure that says it is rounded (约, 余, 近, 超过) is rounded at its last digit that is not
zero; one that says on which side the truth lies is known to a whole unit of it (5万余 is 50 000 to 60 000, hence
± 10 000), others to half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from data.readers.announcement.words import KIND_AFTER

#: How a figure stands to the truth -> Chinese.
BOUNDS = {"": "", "at_least": "不少于", "at_most": "不超过", "about": "约"}

_DIGITS = {
    digit: value
    for value, digits in enumerate(["零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"])
    for digit in digits
}
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_BEFORE = {
    "about": ("约", "大约", "大概"),
    "at_least": ("超过", "超", "突破", "逾", "至少", "不少于", "不低于", "高于", "多于", "越过"),
    "at_most": ("近", "将近", "接近", "不足", "不到", "不超过", "少于", "低于"),
}
_SAID = {word: bound for bound, words in _BEFORE.items() for word in words}
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_CHINESE = r"[零〇一二两三四五六七八九十百千]+"
_FIGURE = re.compile(
    rf"(?P<before>{'|'.join(sorted(_SAID, key=len, reverse=True))})?了?"
    rf"(?:(?P<first>{_ARABIC})(?P<odd>[余多]?)(?P<scale>[百千万亿]?)(?:(?P<second>[0-9]+)(?P<second_scale>[千百万]))?"
    rf"|(?P<chinese>(?:[数几上]?{_CHINESE}|[数几上])(?:[余多]?[万亿](?:{_CHINESE}[万]?)?)?|(?<=[近超逾破过约])[万亿]))"
    r"(?P<more>[余多]?)(?P<unit>户|家|个(?!体))?(?P<after>以上|左右|上下|之多)?"
)
_SHORT = re.compile(r"(?<=[一二两三四五六七八九])([百千万亿])([一二三四五六七八九])$")
_BELOW = {"百": "十", "千": "百", "万": "千", "亿": "千万"}
_RANGE = re.compile(
    rf"(?:{_ARABIC}|{_CHINESE})[百千万亿]?[户家个]?(?:至|到|-|—|–|~|～)(?:{_ARABIC}|{_CHINESE})[百千万亿]?[户家个]"
)


@dataclass(frozen=True)
class Figure:
    """A number of entities in a sentence.

    Parameters
    ----------
    start, end : int
        Where it stands in its clause.
    value, precision : float
        The truth lies within value ± precision.
    bound : str
        A key of `BOUNDS`.
    wording : str
        As written.
    """

    start: int
    end: int
    value: float
    precision: float
    bound: str
    wording: str


def find_figures(clause: str) -> Iterator[Figure]:
    """Yield the numbers of a clause that may count entities.

    Parameters
    ----------
    clause : str
        With narrow digits.

    Yields
    ------
    Figure
        Not: years, months and days, shares, and numbers of anything else (万元, 人, 个百分点).

    Examples
    --------
    >>> [(f.value, f.precision, f.bound) for f in find_figures("市场主体达到5万余户")]
    [(50000.0, 10000.0, 'at_least')]
    """
    at = 0
    while match := _FIGURE.search(clause, at):
        at = match.end()
        is_before_kind = KIND_AFTER.match(clause, match.end()) is not None
        is_last = is_before_kind or match.end() == len(clause)
        # Without a unit, a figure counts entities only where nothing else follows that it could count; 一家 is a
        # phrase.
        has_scale = match["scale"] or match["second"] or (match["chinese"] or "")[-1:] in ("万", "亿")
        is_counted = match["unit"] in ("户", "家") or (is_last and (match["unit"] or has_scale))
        if is_counted and match["chinese"] != "一":
            yield _figure(match)


def find_range(clause: str) -> str | None:
    """Return a span such as 5万至6万户 if the clause has one.

    Parameters
    ----------
    clause : str

    Returns
    -------
    str or None
    """
    found = _RANGE.search(clause)
    return found[0] if found else None


def whole_number(text: str) -> int | None:
    """Return a small whole number, in either kind of digits.

    Parameters
    ----------
    text : str

    Returns
    -------
    int or None

    Examples
    --------
    >>> whole_number("12"), whole_number("十一"), whole_number("三百六十四")
    (12, 11, 364)
    """
    if text.isascii() and text.isdigit():
        return int(text)
    total = digit = 0
    for letter in text:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
        elif letter in _SCALES:
            # 十一 is eleven: ten without a digit before it is one ten.
            total += (digit or (1 if letter == "十" else 0)) * _SCALES[letter]
            digit = 0
        else:
            return None
    return total + digit


def _figure(match: re.Match[str]) -> Figure:
    is_more = bool(match["more"] or match["odd"] or re.search("[余多]", match["chinese"] or ""))
    bound = "at_least" if is_more else _SAID.get(match["before"] or "", "")
    if match["after"] in ("以上", "之多"):
        bound = "at_least"
    elif match["after"] and not bound:
        bound = "about"
    value, last = _chinese(match["chinese"]) if match["chinese"] else _arabic(match)
    if bound:
        last = _last_digit(value, last)
    precision = last if bound in ("at_least", "at_most") else last / 2
    return Figure(match.start(), match.end(), float(value), float(precision), bound, match[0].removeprefix("了"))


def _arabic(match: re.Match[str]) -> tuple[Decimal, Decimal]:
    """Value, and the unit of the last digit written."""
    digits, scale = match["first"].replace(",", ""), Decimal(_SCALES[match["scale"]])
    decimals = len(digits.partition(".")[2])
    value, last = Decimal(digits) * scale, scale / 10**decimals
    if match["second"]:
        last = Decimal(_SCALES[match["second_scale"]])
        value += Decimal(match["second"]) * last
    return value, last


def _chinese(text: str) -> tuple[Decimal, Decimal]:
    plain = re.sub("[余多]", "", text)
    short = _SHORT.search(plain)
    if short:
        # 一万五 is 15 000, 三千五 is 3 500: the digit is of the next scale below.
        plain = f"{plain[: short.start(2)]}{short[2]}{_BELOW[short[1]]}"
    total, left, last = Decimal(0), plain, Decimal(1)
    for large in ("亿", "万"):
        head, found, tail = left.partition(large)
        if found:
            total += Decimal(whole_number(head) or 0) * _SCALES[large]
            left, last = tail, Decimal(_SCALES[large])
    total += Decimal(whole_number(left) or 0)
    return total, last if not left else Decimal(1)


def _last_digit(value: Decimal, last: Decimal) -> Decimal:
    """Return the unit of the last digit that is not zero; of the last written where all are."""
    while value and value % (last * 10) == 0:
        last *= 10
    return last
