"""A look through an ods before calamine opens it: repeated, merged and hidden cells, cells without a result, looks.

An ods says "this cell, 16 384 times" in a line, which calamine lays out in full: the scan counts before it does.
"""

from __future__ import annotations

import io
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from data.readers.cell_fonts import STRUCK, is_telling, note_runs
from data.readers.number_formats import UNIT_LETTERS, note_shown
from data.readers.ods_looks import CellText, Styles
from data.readers.xlsx_cells import MAX_CELLS
from data.readers.zip_check import DAMAGE, DAMAGED, MOST_MARKED, Lost, check_unpacked, read_xml
from forecasting.errors import FaultsError

#: Characters of a formula or an error that are kept.
MOST_SAID = 200
_HIDDEN = ("collapse", "filter")
_TABLE, _OFFICE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


def scan(content: bytes, name: str) -> dict[str, Lost]:
    """Refuse a dangerous ods and return what calamine would lose.

    Parameters
    ----------
    content : bytes
        A zip with `content.xml`.
    name : str
        Of the file, for messages.

    Returns
    -------
    dict of str to Lost
        By the title of the sheet.

    Raises
    ------
    FaultsError
        If it is damaged, protected, or would unpack to too much.
    """
    document = _Document()
    named = expat.ParserCreate(namespace_separator=" ")
    named.StartElementHandler = document.styles.start
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = document.start, document.end
    parser.CharacterDataHandler = document.text
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_unpacked(archive, name)
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise FaultsError([f"文件“{name}”加了密码。请去掉密码后重新上传。"])
            if "styles.xml" in archive.namelist():
                named.Parse(read_xml(archive, "styles.xml"), True)
            parser.Parse(read_xml(archive, "content.xml"), True)
    except FaultsError:
        raise
    except DAMAGE as error:
        raise FaultsError([f"文件“{name}”{DAMAGED}"]) from error
    return document.sheets


@dataclass
class _Document:
    """Follows the cells of `content.xml` as expat reads them."""

    sheets: dict[str, Lost] = field(default_factory=dict)
    title: str = ""
    row: int = 0
    column: int = 0
    row_repeat: int = 1
    repeat: int = 1
    is_lost: bool = False
    formula: str = ""
    said: str = ""
    depth: int = 0
    rows: int = 0
    columns: int = 0
    declared: int = 0
    is_from_1904: bool = False
    styles: Styles = field(default_factory=Styles)
    struck_columns: list[tuple[int, int]] = field(default_factory=list)
    row_style: str = ""
    is_struck: bool = False
    value: str = ""
    written: CellText | None = None
    told: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(" ")[2] if tag.startswith(_TABLE) else ""
        if self.written:
            self.written.start(tag, attributes)
        elif not kind:
            self.styles.start(tag, attributes)
        if kind == "null-date":
            self.is_from_1904 = attributes.get(f"{_TABLE} date-value", "").startswith("1904")
        elif kind == "table":
            self.depth += 1
            if self.depth == 1:
                self.title = attributes.get(f"{_TABLE} name", "")
                self.sheets.setdefault(self.title, Lost(is_from_1904=self.is_from_1904))
                self.struck_columns = []
                self.row = self.rows = self.columns = self.declared = 0
        elif kind == "table-row":
            self.column, self.row_repeat = 0, _count(attributes, "number-rows-repeated")
            self.row_style = attributes.get(f"{_TABLE} default-cell-style-name", "")
            if attributes.get(f"{_TABLE} visibility") in _HIDDEN:
                self.sheets[self.title].hidden_rows.append((self.row, self.row + self.row_repeat - 1))
        elif kind == "table-column":
            first, n = self.declared, _count(attributes, "number-columns-repeated")
            self.declared += n
            if self.styles.is_struck(attributes.get(f"{_TABLE} default-cell-style-name", "")):
                self.struck_columns.append((first, first + n - 1))
            if attributes.get(f"{_TABLE} visibility") in _HIDDEN:
                self.sheets[self.title].hidden_columns.append((first, first + n - 1))
        elif kind in ("table-cell", "covered-table-cell"):
            self._start_cell(attributes)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.repeat, self.said = _count(attributes, "number-columns-repeated"), ""
        value = attributes.get(f"{_OFFICE} value-type", "")
        if value:
            self.value, self.written = attributes.get(f"{_OFFICE} value", ""), CellText(self.styles)
            self.is_struck = self._is_struck(attributes.get(f"{_TABLE} style-name") or self.row_style)
        self.formula = attributes.get(f"{_TABLE} formula", "")
        is_error = attributes.get(f"{_CALC} value-type") == "error"
        self.is_lost = is_error or bool(self.formula and (not value or attributes.get(f"{_OFFICE} string-value") == ""))
        if value or self.formula:
            self.rows = max(self.rows, self.row + self.row_repeat)
            self.columns = max(self.columns, self.column + self.repeat)
            if self.rows * self.columns > MAX_CELLS:
                raise FaultsError(
                    [
                        f"表“{self.title}”占到第 {self.rows} 行、第 {self.columns} 列，超过上限。"
                        "请按 Ctrl+End 找到多余的格，删去整行整列后重新上传。"
                    ]
                )
        down, across = _count(attributes, "number-rows-spanned"), _count(attributes, "number-columns-spanned")
        if value and (down > 1 or across > 1):
            box = (self.row, self.column, self.row + down - 1, self.column + across - 1)
            self.sheets[self.title].merged.append(box)

    def text(self, text: str) -> None:
        if self.is_lost and len(self.said) < MOST_SAID:
            self.said += text
        if self.written:
            self.written.text(text)

    def end(self, tag: str) -> None:
        kind = tag.rpartition(" ")[2] if tag.startswith(_TABLE) else ""
        if kind == "table":
            self.depth -= 1
        elif kind == "table-row":
            self.row += self.row_repeat
        elif kind in ("table-cell", "covered-table-cell"):
            if self.is_lost:
                said = self.said.strip()
                shown = said if said.startswith(("#", "Err:")) else "=" + self.formula.partition("=")[2]
                for at in self._spots():
                    self.sheets[self.title].cells[at] = shown
            elif self.written:
                self._note_looks(self.written)
            self.is_lost, self.written = False, None
            self.column += self.repeat
        elif self.written:
            self.written.end(tag)

    def _is_struck(self, style: str) -> bool:
        if style:
            return self.styles.is_struck(style)
        at = bisect_right(self.struck_columns, self.column, key=lambda ends: ends[0]) - 1
        return at >= 0 and self.column <= self.struck_columns[at][1]

    def _spots(self) -> Iterator[tuple[int, int]]:
        """Yield the cells that one repeated cell stands for."""
        self.told += self.row_repeat * self.repeat
        if self.told > MOST_MARKED:
            raise FaultsError([f"表“{self.title}”里带格式或出错的格超过 {MOST_MARKED} 个。请另存为数值后重新上传。"])
        for row in range(self.row, self.row + self.row_repeat):
            for column in range(self.column, self.column + self.repeat):
                yield row, column

    def _note_looks(self, written: CellText) -> None:
        lost, text = self.sheets[self.title], "".join(run.text for run in written.runs)
        if not text.strip() and not self.value:
            return
        if self.value and UNIT_LETTERS & set(text):
            for at in self._spots():
                note_shown(lost, at, float(self.value), text)
        elif not self.value and is_telling(written.runs):
            for at in self._spots():
                note_runs(lost, at, written.runs)
        if self.is_struck:
            for at in self._spots():
                lost.mark(at, STRUCK)


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{_TABLE} {name}", "1")
    return max(1, int(text))
