"""The cells of one worksheet's XML: how far out they reach, which calamine would read as blank or as what they are not.

Only what is needed for that is looked at; values and dates are calamine's work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from data.readers.cell_fonts import STRUCK, note_runs
from data.readers.number_formats import note_format
from data.readers.xlsx_looks import Looks, RichText
from data.readers.zip_check import Lost
from forecasting.errors import FaultsError

MAX_CELLS = 5_000_000
#: Characters of a formula or a value that are looked at.
MOST_SAID = 200
_TRUE = ("1", "true")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def lost_of_sheet(xml: bytes, title: str, looks: Looks) -> Lost:
    """Return the errors and the formulas without a stored result, what is hidden, and what fonts and formats say.

    Parameters
    ----------
    xml : bytes
        A worksheet.
    title : str
        Its name, for messages.
    looks : Looks
        Of the workbook.

    Returns
    -------
    Lost

    Raises
    ------
    FaultsError
        If the cells reach over more than `MAX_CELLS`.
    """
    sheet = _Sheet(title, looks)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = sheet.start, sheet.end
    parser.CharacterDataHandler = sheet.text
    parser.Parse(xml, True)
    return sheet.lost


@dataclass
class _Sheet:
    """Follows the cells of one worksheet as expat reads them."""

    title: str
    looks: Looks
    lost: Lost = field(default_factory=Lost)
    rows: int = 0
    columns: int = 0
    at: tuple[int, int] = (-1, -1)
    kind: str = ""
    style: int = 0
    rich: RichText | None = None
    inside: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.inside = tag.rpartition(" ")[2]
        reference = attributes.get("r", "")
        if self.inside == "row":
            self.at = (int(reference) - 1 if reference.isdecimal() else self.at[0] + 1, -1)
            if attributes.get("hidden") in _TRUE:
                self.lost.hidden_rows.append((self.at[0], self.at[0]))
        elif self.inside == "col" and attributes.get("hidden") in _TRUE:
            self.lost.hidden_columns.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))
        elif self.inside == "c":
            self.at = _position(reference) or (self.at[0], self.at[1] + 1)
            self.kind, self.texts, self.rich = attributes.get("t", ""), {}, None
            self.style = int(attributes.get("s", "0"))
        elif self.inside in ("f", "v", "is"):
            # A cell with a style and nothing in it takes no room; one with any of these does, even when it is blank.
            self.texts.setdefault(self.inside, "")
            self._make_room()
            if self.inside == "is":
                self.rich = RichText()
        elif self.rich:
            self.rich.start(self.inside, attributes)

    def _make_room(self) -> None:
        self.rows, self.columns = max(self.rows, self.at[0] + 1), max(self.columns, self.at[1] + 1)
        if self.rows * self.columns > MAX_CELLS:
            raise FaultsError(
                [
                    f"表“{self.title}”占到第 {self.rows} 行、第 {self.columns} 列，超过上限。"
                    "请按 Ctrl+End 找到多余的格，删去整行整列后重新上传。"
                ]
            )

    def text(self, text: str) -> None:
        if self.inside in ("f", "v") and len(self.texts.get(self.inside, "")) < MOST_SAID:
            self.texts[self.inside] = self.texts.get(self.inside, "") + text
        elif self.rich:
            self.rich.text(text)

    def end(self, tag: str) -> None:
        self.inside, name = "", tag.rpartition(" ")[2]
        if self.rich:
            self.rich.end(name)
        if name != "c":
            return
        value = self.texts.get("v", "")
        if self.kind == "e":
            self.lost.cells[self.at] = value or "#N/A"
        elif "f" in self.texts and not value and self.kind != "str":
            self.lost.cells[self.at] = f"={self.texts['f']}"
        elif value or self.rich:
            self._note_looks(value)

    def _note_looks(self, value: str) -> None:
        if self.rich:
            note_runs(self.lost, self.at, self.rich.runs)
        elif self.kind == "s" and self.looks.rich:
            note_runs(self.lost, self.at, self.looks.rich.get(int(value), ()))
        elif self.kind in ("", "n") and self.style in self.looks.formats:
            note_format(self.lost, self.at, float(value), self.looks.formats[self.style])
        if self.style in self.looks.struck:
            self.lost.mark(self.at, STRUCK)


def _position(reference: str) -> tuple[int, int] | None:
    """Return row and column from 0 of a reference such as B12, or None where there is none."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1
