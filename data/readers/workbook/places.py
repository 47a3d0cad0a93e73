"""Names of areas to codes: with and without 县, 区 or 市, with the area they lie in before them.

A name that several areas bear is settled by the area the table is of or by its neighbours' level, or is asked about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from data.readers.workbook.text import plain

_SUFFIX = re.compile(r"(?:特别行政区|街道办事处|街道|社区|自治县|省|市|县|区|乡|镇)$")
_OFFICE = re.compile(
    r"(?:县|区|市)?(?:人民政府|政府|市场监督管理局|市场监管局|市场监督局|市监局|工商局|工商行政管理局|行政审批服务管理局|行政审批局|审批局|"
    r"统计局|局|所|市场监管所|市场监督管理所)$"
)
#: Words in which the name of a county hides: 振兴县域, 时代县城.
_HIDDEN = re.compile(r"(?:振兴|复兴|新兴|时代|现代|当代)县|县[域级处]")
NATION = "100000"


class Places:
    """The areas that may be named.

    Parameters
    ----------
    known : mapping of str to str
        Code -> name.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = dict(known)

    @cached_property
    def _exact(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for code, name in self.known.items():
            found[plain(name)].append(code)
        return dict(found)

    @cached_property
    def _short(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for code, name in self.known.items():
            short = _SUFFIX.sub("", plain(name))
            if len(short) >= 2 and short != plain(name):
                found[short].append(code)
            if name.endswith("街道"):
                found[f"{plain(name)}办事处"].append(code)
        return dict(found)

    def name(self, code: str) -> str:
        """Return the name of an area with its code.

        Parameters
        ----------
        code : str

        Returns
        -------
        str
        """
        return f"{self.known[code]}（{code}）"

    def candidates(self, text: str) -> tuple[str, ...]:
        """Return the areas a whole text may name.

        Parameters
        ----------
        text : str

        Returns
        -------
        tuple of str
            Codes; those named in full before those named in short.
        """
        name = plain(text)
        if not name:
            return ()
        if name in self.known:
            return (name,)
        if re.fullmatch(r"\d{12}", name):
            short = name[:6] if name.endswith("000000") else name[:9]
            return (short,) if short in self.known else ()
        found = [*self._exact.get(name, []), *self._short.get(name, [])]
        if found:
            return tuple(dict.fromkeys(found))
        office = _OFFICE.sub("", name)
        if office != name:
            rests = [office, *(name[: len(office) + 1] for _ in [0] if len(office) < len(name))]
            hits = [code for rest in rests for code in self.candidates(rest)]
            if hits:
                return tuple(dict.fromkeys(hits))
        return self._with_parents(name)

    def _with_parents(self, name: str) -> tuple[str, ...]:
        """Read 临汾市蒲县: an area before the area that lies in it."""
        found = []
        for cut in range(2, len(name) - 1):
            heads = [*self._exact.get(name[:cut], []), *self._short.get(name[:cut], [])]
            if heads:
                found += [code for code in self.candidates(name[cut:]) if any(is_within(code, head) for head in heads)]
        return tuple(dict.fromkeys(found))

    def settle(self, codes: Sequence[str], *, within: str | None, level: int | None = None) -> tuple[str, ...]:
        """Leave of several candidates those that fit what the table is of, and the level of its neighbours.

        Parameters
        ----------
        codes : sequence of str
        within : str or None
            The area of the title or sheet.
        level : int, optional
            As `level_of`.

        Returns
        -------
        tuple of str
            All of them where nothing settles it.
        """
        left = list(codes)
        if len(left) > 1 and within:
            left = [code for code in left if is_within(code, within)] or left
        if len(left) > 1 and level is not None:
            left = [code for code in left if level_of(code) == level] or left
        return tuple(left)

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Return the areas a title mentions in full, those that contain another one left out.

        Parameters
        ----------
        text : str

        Returns
        -------
        tuple of str
        """
        left = _HIDDEN.sub("\x00", plain(text))
        found: list[str] = []
        for name in sorted((n for n in self._exact if n in left), key=len, reverse=True):
            if name in left:
                left = left.replace(name, "\x01")
                found.append(name)
        codes = [code for name in found for code in self._exact[name]]
        return tuple(code for code in codes if not any(other != code and is_within(other, code) for other in codes))

    def near(self, text: str) -> tuple[str, ...]:
        """Return areas whose names are like a text, for a question.

        Parameters
        ----------
        text : str

        Returns
        -------
        tuple of str
            At most five.
        """
        name = plain(text)
        return tuple(code for code, title in self.known.items() if name and (name in title or title in name))[:5]


def is_within(code: str, other: str) -> bool:
    """Whether an area is another or lies in it, by their codes.

    Parameters
    ----------
    code, other : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_within("141033100", "141000"), is_within("140109", "141000"), is_within("141033", "100000")
    (True, False, True)
    >>> is_within("141121", "141000"), is_within("141030", "141033100")
    (False, False)
    """
    if other == NATION:
        return True
    if len(other) == 6 and other.endswith("00"):
        other = other[:2] if other.endswith("0000") else other[:4]
    return code.startswith(other)


def ancestors_of(code: str) -> tuple[str, ...]:
    """Return the codes of the areas an area lies in, told from its own.

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
    shorter = (code[:6] if len(code) == 9 else "", f"{code[:4]}00", f"{code[:2]}0000", NATION)
    return tuple(one for one in shorter if len(one) == 6 and one != code) if code and code != NATION else ()


def level_of(code: str) -> int:
    """Return the level of a code: 0 nation, 1 province, 2 city, 3 county, 4 township.

    Parameters
    ----------
    code : str

    Returns
    -------
    int
    """
    if code == NATION:
        return 0
    if len(code) == 9:
        return 4
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


def common_level(codes: Iterable[str]) -> int | None:
    """Return the level of most areas.

    Parameters
    ----------
    codes : iterable of str

    Returns
    -------
    int or None
    """
    levels = [level_of(code) for code in codes]
    return max(set(levels), key=levels.count) if levels else None
