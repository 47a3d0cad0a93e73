"""The styles of an ods that strike out or raise, and the text of a cell in parts by them.

A style that does not say takes it from its parent; a cell without a style takes that of its row, then of its column.
Source: ODF 1.2 part 1, 16.2, 19.615, 20.364 and 20.384.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from data.readers.cell_fonts import Run

#: Characters of a cell that are looked at: more than a cell holds.
MOST_TEXT = 40_000
#: Generations of styles that are followed.
_MOST_PARENTS = 20
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_TEXT, _OFFICE = "urn:oasis:names:tc:opendocument:xmlns:text:1.0", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


@dataclass
class Styles:
    """Follows the styles of a document as expat reads them."""

    parents: dict[str, str] = field(default_factory=dict)
    struck: dict[str, bool] = field(default_factory=dict)
    raised: dict[str, bool] = field(default_factory=dict)
    _name: str = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Follow the start of an element."""
        if tag == f"{_STYLE} style":
            self._name = attributes.get(f"{_STYLE} name", "")
            self.parents[self._name] = attributes.get(f"{_STYLE} parent-style-name", "")
        elif tag.endswith("-style"):
            self._name = ""
        elif tag == f"{_STYLE} text-properties" and self._name:
            line = [attributes.get(f"{_STYLE} {name}") for name in ("text-line-through-style", "text-crossing-out")]
            if any(line):
                self.struck[self._name] = any(one not in (None, "none") for one in line)
            position = attributes.get(f"{_STYLE} text-position")
            if position:
                self.raised[self._name] = position.split()[0] not in ("0%", "0")

    def is_struck(self, name: str) -> bool:
        """Return whether a style strikes out."""
        return self._says(self.struck, name)

    def is_raised(self, name: str) -> bool:
        """Return whether a style raises or lowers."""
        return self._says(self.raised, name)

    def _says(self, said: dict[str, bool], name: str) -> bool:
        for _ in range(_MOST_PARENTS):
            if name in said or name not in self.parents:
                break
            name = self.parents[name]
        return said.get(name, False)


@dataclass
class CellText:
    """Follows the text of one cell, without its comments.

    Parameters
    ----------
    styles : Styles
    runs : list of Run
        Its parts so far.
    """

    styles: Styles
    runs: list[Run] = field(default_factory=list)
    #: Whether struck out and whether raised, within each span that is open.
    _spans: list[tuple[bool, bool]] = field(default_factory=lambda: [(False, False)])
    _n_comments: int = 0
    _length: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Follow the start of an element within the cell."""
        if tag == f"{_OFFICE} annotation":
            self._n_comments += 1
        elif tag == f"{_TEXT} span":
            name, (is_struck, is_raised) = attributes.get(f"{_TEXT} style-name", ""), self._spans[-1]
            self._spans.append((is_struck or self.styles.is_struck(name), is_raised or self.styles.is_raised(name)))
        elif tag == f"{_TEXT} p" and self.runs:
            self.text("\n")
        elif tag == f"{_TEXT} s":
            self.text(" ")

    def text(self, text: str) -> None:
        """Follow characters."""
        self._length += len(text)
        if not self._n_comments and self._length <= MOST_TEXT:
            self.runs.append(Run(text, *self._spans[-1]))

    def end(self, tag: str) -> None:
        """Follow the end of an element within the cell."""
        if tag == f"{_OFFICE} annotation":
            self._n_comments -= 1
        elif tag == f"{_TEXT} span":
            self._spans.pop()
