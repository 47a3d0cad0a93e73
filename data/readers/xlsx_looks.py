"""The fonts, number formats and shared strings of an xlsx that change what its cells say; all others are passed over.

Sources: ECMA-376 part 1, 18.4.8 (strings), 18.8.10 (cell formats), 18.8.22 (fonts), 18.8.30 (number formats).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from data.readers.cell_fonts import Run, is_telling
from data.readers.number_formats import UNIT_LETTERS

#: Characters of a number format that Excel allows.
MOST_FORMAT = 255
_FALSE = ("0", "false")


@dataclass
class Looks:
    """What styles and strings say that changes what a cell says.

    Parameters
    ----------
    struck : set of int
        Cell styles whose font is struck out.
    formats : dict of int to str
        Cell style -> number format that shows a unit.
    rich : dict of int to tuple of Run
        Shared string -> its parts, where one is struck out or raised.
    """

    struck: set[int] = field(default_factory=set)
    formats: dict[int, str] = field(default_factory=dict)
    rich: dict[int, tuple[Run, ...]] = field(default_factory=dict)


@dataclass
class RichText:
    """Follows one text, shared or inline, as expat reads it.

    Parameters
    ----------
    runs : list of Run
        Its parts so far.
    """

    runs: list[Run] = field(default_factory=list)
    _is_struck: bool = False
    _is_raised: bool = False
    _is_phonetic: bool = False
    _chunks: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Follow the start of an element within the text."""
        if name == "r":
            self._is_struck = self._is_raised = False
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "strike":
            self._is_struck = attributes.get("val", "1") not in _FALSE
        elif name == "vertAlign":
            self._is_raised = attributes.get("val") in ("superscript", "subscript")
        elif name == "t" and not self._is_phonetic:
            self._chunks = []

    def text(self, text: str) -> None:
        """Follow characters."""
        if self._chunks is not None:
            self._chunks.append(text)

    def end(self, name: str) -> None:
        """Follow the end of an element within the text."""
        if name == "rPh":
            self._is_phonetic = False
        elif name == "t" and self._chunks is not None:
            self.runs.append(Run("".join(self._chunks), self._is_struck, self._is_raised))
            self._chunks = None


def looks_of(styles: bytes | None, strings: bytes | None) -> Looks:
    """Look through the styles and the shared strings of a workbook.

    Parameters
    ----------
    styles, strings : bytes or None
        `xl/styles.xml` and `xl/sharedStrings.xml`, where there are any.

    Returns
    -------
    Looks
    """
    looks = Looks()
    if styles is not None:
        reader = _Styles(looks)
        _parse(styles, reader.start, reader.end, lambda _: None)
    if strings is not None:
        shared = _Strings(looks)
        _parse(strings, shared.start, shared.end, shared.text)
    return looks


def _parse(
    xml: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(" ")[2], attributes)
    parser.EndElementHandler = lambda tag: end(tag.rpartition(" ")[2])
    parser.CharacterDataHandler = text
    parser.Parse(xml, True)


@dataclass
class _Styles:
    """Follows `styles.xml`: fonts and formats come before the cell styles that name them."""

    looks: Looks
    within: list[str] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    n_fonts: int = 0
    n_styles: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        parent = self.within[-1] if self.within else ""
        if parent == "numFmts" and UNIT_LETTERS & set(code := attributes.get("formatCode", "")[:MOST_FORMAT]):
            self.formats[attributes.get("numFmtId", "")] = code
        elif name == "strike" and self.within[-2:] == ["fonts", "font"]:
            if attributes.get("val", "1") not in _FALSE:
                self.struck.add(str(self.n_fonts))
        elif parent == "cellXfs" and name == "xf":
            if attributes.get("fontId") in self.struck:
                self.looks.struck.add(self.n_styles)
            if attributes.get("numFmtId") in self.formats:
                self.looks.formats[self.n_styles] = self.formats[attributes["numFmtId"]]
            self.n_styles += 1
        self.within.append(name)

    def end(self, name: str) -> None:
        self.within.pop()
        self.n_fonts += name == "font" and self.within[-1:] == ["fonts"]


@dataclass
class _Strings:
    """Follows `sharedStrings.xml`."""

    looks: Looks
    one: RichText = field(default_factory=RichText)
    n: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.one = RichText()
        self.one.start(name, attributes)

    def text(self, text: str) -> None:
        self.one.text(text)

    def end(self, name: str) -> None:
        self.one.end(name)
        if name == "si":
            if is_telling(self.one.runs):
                self.looks.rich[self.n] = tuple(self.one.runs)
            self.n += 1
