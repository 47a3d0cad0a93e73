"""What an area lies in, told from its code (GB/T 2260: two digits province, four city, six county, nine township)."""

from __future__ import annotations

from collections.abc import Iterable

#: Digits of a code that mean something at each level.
LEVEL_DIGITS = {"nation": 0, "province": 2, "city": 4, "county": 6, "township": 9}
NATION = "100000"


def level_of(code: str) -> str:
    """Return the level of an area.

    Parameters
    ----------
    code : str
        Six or nine digits.

    Returns
    -------
    str
        A key of `LEVEL_DIGITS`.

    Examples
    --------
    >>> [level_of(code) for code in ("100000", "140000", "141000", "141033", "141033100")]
    ['nation', 'province', 'city', 'county', 'township']
    """
    if code == NATION:
        return "nation"
    if len(code) > 6:
        return "township"
    return "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"


def lies_in(code: str, outer: str) -> bool:
    """Whether an area lies in another, and is not that area itself.

    Parameters
    ----------
    code, outer : str

    Returns
    -------
    bool

    Examples
    --------
    >>> lies_in("141033100", "141000"), lies_in("141033", "100000"), lies_in("140109", "141000")
    (True, True, False)
    >>> lies_in("141121", "141000"), lies_in("141030", "141033100"), lies_in("141033", "141033")
    (False, False, False)
    """
    digits = LEVEL_DIGITS[level_of(outer)]
    return LEVEL_DIGITS[level_of(code)] > digits and (outer == NATION or code[:digits] == outer[:digits])


def is_within(code: str, outer: str) -> bool:
    """Whether an area is another or lies in it.

    Parameters
    ----------
    code, outer : str

    Returns
    -------
    bool
    """
    return code == outer or lies_in(code, outer)


def at_level(code: str, level: str) -> str | None:
    """Return the area of a level that an area lies in, itself included; None for an area above that level.

    Parameters
    ----------
    code : str
    level : str
        A key of `LEVEL_DIGITS`.

    Returns
    -------
    str or None

    Examples
    --------
    >>> at_level("141033", "city"), at_level("141000", "county")
    ('141000', None)
    """
    digits = LEVEL_DIGITS[level]
    if LEVEL_DIGITS[level_of(code)] < digits:
        return None
    return NATION if level == "nation" else code[:digits].ljust(6, "0")


def ancestors_of(code: str) -> tuple[str, ...]:
    """Return the codes of the areas an area lies in, the nearest first.

    Parameters
    ----------
    code : str

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> ancestors_of("141033100")
    ('141033', '141000', '140000', '100000')
    """
    above = (at_level(code, level) for level in reversed(LEVEL_DIGITS))
    return tuple(one for one in above if one is not None and one != code)


def common_level(codes: Iterable[str]) -> str | None:
    """Return the level of most areas.

    Parameters
    ----------
    codes : iterable of str

    Returns
    -------
    str or None
    """
    levels = [level_of(code) for code in codes]
    return max(set(levels), key=levels.count) if levels else None
