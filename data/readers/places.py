"""Words for areas to codes: codes, full and short names, names with their province and city before them, and offices.

A word is taken only if exactly one area fits it: `城区` alone is in two cities, `阳泉市城区` in one. What an area lies
in is told from the code (GB/T 2260: two digits province, four city, six county, nine township), so any mapping of codes
works.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

#: Digits of a code that mean something at each level.
LEVEL_DIGITS = {"nation": 0, "province": 2, "city": 4, "county": 6, "township": 9}
LEVEL_NAMES = {"nation": "全国", "province": "省级", "city": "市级", "county": "县级", "township": "乡镇"}
NATION = "100000"

_SUFFIXES = ("特别行政区", "自治区", "省", "市", "县", "区")
#: What follows the area's name in the name of an office that registers.
_OFFICE = re.compile(
    r"(?P<area>.+?)(?P<office>市场监督管理|市场监管|市场和质量监督管理|行政审批服务|行政审批|政务服务|数据局|工商行政管理|工商|食品药品监督管理)"
    r"(?P<rest>.*)"
)
#: A branch of an office, which may stand for another area than the office itself.
_BRANCH = re.compile(r"(?:(?:和|与|及)?(?:质量技术监督)?(?:管理)?(?:委员会|总局|局|厅))?(?P<branch>.+?)分局")


def level_of(code: str) -> str:
    """Return the level of an area, told from its code.

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
    """
    digits = LEVEL_DIGITS[level_of(outer)]
    return LEVEL_DIGITS[level_of(code)] > digits and (outer == NATION or code[:digits] == outer[:digits])


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


@dataclass(frozen=True)
class Places:
    """The areas a reader may find, by every word for them.

    Parameters
    ----------
    known_areas : mapping of str to str
        Code -> name.
    """

    known_areas: Mapping[str, str]
    _codes: dict[str, set[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        words: dict[str, set[str]] = {}
        for code, name in self.known_areas.items():
            for word in _words_for(code, name):
                words.setdefault(word, set()).add(code)
        object.__setattr__(self, "_codes", words)

    def find(self, text: str) -> tuple[str, ...]:
        """Return the codes of every area a word may mean.

        Parameters
        ----------
        text : str
            A code, a name, a name after those of its province and city, or an office that registers.

        Returns
        -------
        tuple of str
            Sorted; one code where the word is clear, none where it is unknown.

        Examples
        --------
        >>> places = Places({"141000": "临汾市", "141033": "蒲县", "140302": "城区", "140502": "城区"})
        >>> places.find("临汾市蒲县"), places.find("蒲县市场监督管理局"), places.find("城区"), places.find("太原")
        (('141033',), ('141033',), ('140302', '140502'), ())
        """
        word = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
        if found := self._named(word):
            return tuple(sorted(found))
        office = _OFFICE.fullmatch(word)
        if office is None:
            return ()
        area, branch = office["area"], _BRANCH.match(office["rest"])
        if branch is None:
            return tuple(sorted(self._named(area)))
        # A branch is of its own area or of none that is known: never of the whole its office is for.
        names = (area + branch["branch"] + suffix for suffix in ("", "区", "县", "市"))
        return tuple(sorted(set().union(*map(self._named, names))))

    def spans(self, text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Yield each name of an area in a sentence, the longest at each place.

        Parameters
        ----------
        text : str

        Yields
        ------
        tuple of int, int and tuple of str
            Start, end and the codes it may mean.
        """
        at = 0
        longest = max(map(len, self._codes), default=0) * 3
        while at < len(text):
            ends = range(min(len(text), at + longest), at + 1, -1)
            end = next((end for end in ends if not text[at:end].isdigit() and self._named(text[at:end])), None)
            if end is not None:
                yield at, end, tuple(sorted(self._named(text[at:end])))
            at = end or at + 1

    def _named(self, word: str) -> set[str]:
        """Codes of a name, each of whose leading parts, if any, names an area it lies in."""
        found = set(self._codes.get(word, ()))
        for at in range(2, len(word) - 1):
            if inner := self._codes.get(word[at:]):
                outer = self._named(word[:at])
                found |= {code for code in inner if any(lies_in(code, other) for other in outer)}
        return found


def _words_for(code: str, name: str) -> Iterator[str]:
    yield name
    yield code
    if len(code) == 6:
        # As statistics write them: twelve digits, the last six for township and village.
        yield code + "000000"
    else:
        # 万柏林街道 is not 万柏林区: a township goes by its full name only.
        return
    for suffix in _SUFFIXES:
        short = name.removesuffix(suffix)
        if short != name and len(short) >= 2:
            yield short
            break
