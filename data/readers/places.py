"""Words for areas to codes: codes, full and short names, names with their province and city before them, and offices.

`城区` alone is in two cities, `阳泉市城区` in one: a word that several areas bear is settled by the area of its table
or the level of its neighbours, or is asked about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from data.readers.area_codes import is_within, level_of, lies_in
from data.readers.workbook.text import plain

_SUFFIX = re.compile(r"(?:特别行政区|街道办事处|街道|社区|自治县|自治区|省|市|县|区|乡|镇)$")
#: What follows the area's name in the name of an office that reports or registers.
_OFFICE = re.compile(
    r"(?P<area>.+?)(?P<office>人民政府|政府|市场监督|市场监管|市场和质量监督|市监|行政审批|审批|政务服务|数据局|工商|"
    r"食品药品监督|统计局|(?<=[县区市镇乡])[局所]$)(?P<rest>.*)"
)
#: A branch of an office, which may stand for another area than the office itself.
_BRANCH = re.compile(r"(?:管理)?(?:(?:和|与|及)?(?:质量技术监督)?(?:管理)?(?:委员会|总局|局|厅))?(?P<branch>.+?)分局")
#: Words in which the name of a county hides: 振兴县域, 时代县城.
_HIDDEN = re.compile(r"(?:振兴|复兴|新兴|时代|现代|当代)县|县[域级处]")


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
    def _full(self) -> dict[str, list[str]]:
        """Codes by name in full, and by code: as statistics write them with twelve digits too."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, name in self.known.items():
            for word in dict.fromkeys((plain(name), code, code.ljust(12, "0"))):
                found[word].append(code)
        return dict(found)

    @cached_property
    def _names(self) -> list[str]:
        """Names in full, the longest first."""
        return sorted({plain(name) for name in self.known.values()}, key=lambda name: (-len(name), name))

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

    def find(self, text: str) -> tuple[str, ...]:
        """Return the codes of every area a word may mean in running text and records.

        A township goes by its full name only: 万柏林街道 is not 万柏林区.

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
        return tuple(sorted(code for code in self.candidates(text) if self._is_spoken(code, plain(text))))

    def candidates(self, text: str) -> tuple[str, ...]:
        """Return the areas a cell may name, townships by their short names too.

        Parameters
        ----------
        text : str

        Returns
        -------
        tuple of str
            Codes; those named in full before those named in short.
        """
        name = plain(text)
        if found := self._named(name):
            return tuple(found)
        office = _OFFICE.fullmatch(name)
        if office is None:
            return ()
        branch = _BRANCH.match(office["rest"])
        if branch is None:
            return tuple(self._named(office["area"]))
        # A branch is of its own area or of none that is known: never of the whole its office is for.
        names = (office["area"] + branch["branch"] + suffix for suffix in ("", "区", "县", "市"))
        return tuple(dict.fromkeys(code for one in names for code in self._named(one)))

    def _named(self, word: str) -> list[str]:
        """Codes of a name, each of whose leading parts, if any, names an area it lies in."""
        found = [*self._full.get(word, ()), *self._short.get(word, ())]
        for at in range(2, len(word) - 1):
            inner = [*self._full.get(word[at:], ()), *self._short.get(word[at:], ())]
            if inner:
                outer = self._named(word[:at])
                found += [code for code in inner if any(lies_in(code, other) for other in outer)]
        return list(dict.fromkeys(found))

    def _is_spoken(self, code: str, word: str) -> bool:
        return level_of(code) != "township" or word.endswith(plain(self.known[code])) or word.startswith(code)

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
        longest = max(map(len, self._full), default=0) * 3
        while at < len(text):
            found: tuple[int, tuple[str, ...]] | None = None
            for end in range(min(len(text), at + longest), at + 1, -1):
                word = text[at:end]
                codes = () if word.isdigit() else self._named(word)
                spoken = tuple(sorted(code for code in codes if self._is_spoken(code, word)))
                if spoken:
                    found = end, spoken
                    break
            if found:
                yield at, *found
            at = found[0] if found else at + 1

    def settle(self, codes: Sequence[str], *, within: str | None, level: str | None = None) -> tuple[str, ...]:
        """Leave of several candidates those that fit what the table is of, and the level of its neighbours.

        Parameters
        ----------
        codes : sequence of str
        within : str or None
            The area of the title or sheet.
        level : str, optional
            As `area_codes.level_of`.

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

    def without(self, text: str) -> str:
        """Return a text without the areas it mentions in full.

        Parameters
        ----------
        text : str

        Returns
        -------
        str
        """
        left = plain(text)
        for name in self._names:
            left = left.replace(name, "")
        return left

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
        for name in self._names:
            if name in left:
                left = left.replace(name, "\x01")
                found.append(name)
        codes = [code for name in found for code in self._full[name]]
        return tuple(code for code in codes if not any(lies_in(other, code) for other in codes))
