"""A look through an ods before calamine opens it: repeated, merged and hidden cells, cells without a result.

An ods says "this cell, 16 384 times" in a line, which calamine lays out in full: the scan counts before it does.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from data.readers.xlsx_cells import MAX_CELLS
from data.readers.zip_check import DAMAGE, DAMAGED, Lost, check_unpacked, read_xml
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
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = document.start, document.end
    parser.CharacterDataHandler = document.text
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_unpacked(archive, name)
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise FaultsError([f"文件“{name}”加了密码。请去掉密码后重新上传。"])
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

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(" ")[2] if tag.startswith(_TABLE) else ""
        if kind == "table":
            self.depth += 1
            if self.depth == 1:
                self.title = attributes.get(f"{_TABLE} name", "")
                self.sheets.setdefault(self.title, Lost())
                self.row = self.rows = self.columns = self.declared = 0
        elif kind == "table-row":
            self.column, self.row_repeat = 0, _count(attributes, "number-rows-repeated")
            if attributes.get(f"{_TABLE} visibility") in _HIDDEN:
                self.sheets[self.title].hidden_rows.append((self.row, self.row + self.row_repeat - 1))
        elif kind == "table-column":
            first, n = self.declared, _count(attributes, "number-columns-repeated")
            self.declared += n
            if attributes.get(f"{_TABLE} visibility") in _HIDDEN:
                self.sheets[self.title].hidden_columns.append((first, first + n - 1))
        elif kind in ("table-cell", "covered-table-cell"):
            self._start_cell(attributes)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.repeat, self.said = _count(attributes, "number-columns-repeated"), ""
        value = attributes.get(f"{_OFFICE} value-type", "")
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
                for row in range(self.row, self.row + self.row_repeat):
                    for column in range(self.column, self.column + self.repeat):
                        self.sheets[self.title].cells[row, column] = shown
            self.is_lost = False
            self.column += self.repeat


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{_TABLE} {name}", "1")
    return max(1, int(text))
