"""The unit that only the format of a number shows: 23 shown as 23万户 is 230 000, 162 345 shown as 16.2万户 is itself.

A format multiplies what its reader takes the number for by its unit and divides it by 10 ** shift: 3 for every comma
behind its digits, 1 for every digit behind a point or a unit that is mere text (0!.0,"万"), -2 for %. Read: the stored
number where 10 ** shift is the unit, the number with the unit where shift is 0; anything else its sender must settle.
Source: ECMA-376 part 1, 18.8.31.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import lru_cache

from data.readers.zip_check import Lost

UNITS = {"百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "亿": 8}
#: A letter of any unit.
UNIT_LETTERS = frozenset("百千万亿")
_SUFFIX = re.compile(r"\s*(十万|百万|[百千万亿])(?:户数?|家|个)?\s*")
_SHOWN = re.compile(r"\s*(-?[\d,]+(?:\.(\d+))?)(.*)", re.DOTALL)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[[^\]]*\]|(?P<digits>G/通用格式|General|[0#?]+)|(?P<point>\.)'
    r"|(?P<comma>,)|(?P<percent>%)|(?P<plain>.)",
    re.DOTALL,
)
_SECTION = re.compile(r'((?:"[^"]*"|[\\!].|[^;"])*)(?:;|$)', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


def note_format(lost: Lost, at: tuple[int, int], value: float, code: str) -> None:
    """Note of a number in a cell the unit its format shows.

    Parameters
    ----------
    lost : Lost
        Of the sheet; added to.
    at : tuple of int
        Row and column from 0.
    value : float
        As stored.
    code : str
        The number format, such as `[>=10000]0!.0,"万户";0"户"`.
    """
    before, after, shift = _section(value, code)
    if not UNIT_LETTERS & set(before + after):
        return
    unit = _SUFFIX.fullmatch(after)
    power = UNITS[unit[1]] if unit and not UNIT_LETTERS & set(before) else None
    _note(lost, at, value, before + "…" + after, after.strip(), power, shift)


def note_shown(lost: Lost, at: tuple[int, int], value: float, text: str) -> None:
    """Note of a number in a cell the unit in the text that is shown of it.

    Parameters
    ----------
    lost : Lost
        Of the sheet; added to.
    at : tuple of int
        Row and column from 0.
    value : float
        As stored.
    text : str
        As shown.
    """
    if not (UNIT_LETTERS & set(text) and re.search(r"\d", text)):
        # 一百二十三 is itself.
        return
    found = _SHOWN.fullmatch(text)
    unit = _SUFFIX.fullmatch(found[3]) if found else None
    if found is None or unit is None:
        _note(lost, at, value, text, "", None, 0)
        return
    number, power = float(found[1].replace(",", "") or 0), UNITS[unit[1]]
    slack = 0.5000001 * 10.0 ** -len(found[2] or "")
    fits = [shift for shift in (0, power) if abs(value / 10**shift - number) <= slack]
    _note(lost, at, value, text, found[3].strip(), power if fits else None, fits[0] if fits else 0)


def _note(
    lost: Lost, at: tuple[int, int], value: float, looks: str, suffix: str, power: int | None, shift: int
) -> None:
    if power is not None and shift == 0:
        lost.cells[at] = f"{value:.15g}{suffix}"
    elif power is None or shift != power:
        lost.mark(
            at,
            f"此格的格式显示为“{looks}”，存的却是 {value:.15g}，看不出是多少户。"
            "请把单元格格式改为“常规”，写清数和单位后重新上传。",
        )


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[tuple[tuple[str, float] | None, tuple[str, str, int]], ...]:
    """Return of each part of a format for numbers its condition and what it shows."""
    parts = _SECTION.findall(code)[:-1][:3]
    conditions = [_CONDITION.search(part) for part in parts]
    return tuple(
        ((found[1], float(found[2])) if found else None, _parts(part))
        for found, part in zip(conditions, parts, strict=True)
    )


def _section(value: float, code: str) -> tuple[str, str, int]:
    """Return what the part of a format shows that a number falls to: by its condition, or its sign."""
    sections = _sections(code)
    for condition, parts in sections:
        if condition and _COMPARE[condition[0]](value, condition[1]):
            return parts
    others = [parts for condition, parts in sections if condition is None]
    at = 0 if len(others) < len(sections) else 1 if value < 0 else 2 if value == 0 else 0
    return others[at if at < len(others) else 0] if others else ("", "", 0)


def _parts(section: str) -> tuple[str, str, int]:
    """Return the text before the digits and the text after or among them, and by how many digits it is shifted."""
    before = after = ""
    n_digits = n_behind = n_commas = n_percents = 0
    has_point = False
    for token in _TOKEN.finditer(section):
        text = token["quoted"] or token["escaped"] or token["plain"] or ""
        if token["digits"]:
            # A comma among digits parts thousands; digits behind text go on where the number left off.
            n_commas = 0
            n_behind += len(token["digits"]) if after and not has_point else 0
            n_digits += 1
        elif token["point"]:
            has_point = True
        elif token["comma"]:
            n_commas += n_digits > 0
        elif token["percent"]:
            n_percents += 1
        elif n_digits:
            after += text
        else:
            before += text
    return before, after.replace(".", ""), 3 * n_commas - 2 * n_percents + n_behind
