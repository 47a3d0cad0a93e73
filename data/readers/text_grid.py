"""A text file to a grid: encoding, delimiter, quotes.

Encodings are tried strictly in a fixed order, UTF-8 before GB18030; a detector takes a short GB18030 file for Korean.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from data.readers.grid import MAX_ROWS, Cell, Grid, is_blank, shown
from forecasting.errors import FaultsError

#: `utf-8-sig` reads UTF-8 without the mark just as well, so it stands for both.
ENCODINGS = ("utf-8-sig", "gb18030")
_REMARKS = re.compile(r"备\s*注|附注|说\s*明|注|(?:调整)?原因")
_THOUSANDS = re.compile(r"[+-]?\d{1,3},\d{3}")
DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号"}


def read_text(content: bytes, name: str) -> Grid:
    """Read a table separated by commas, tabs or semicolons.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file, for messages.

    Returns
    -------
    Grid
        Rows with more or fewer cells than the header are marked broken, by its first row that is not blank; a reader
        which finds the header further down asks `broken_rows` again.

    Raises
    ------
    FaultsError
        If the file cannot be decoded, its quotes do not pair, it is blank or has too many rows.
    """
    text = _decoded(content, name)
    rows = _split(text, _delimiter(text), name)
    if not rows or all(is_blank(row) for row in rows):
        raise FaultsError([f"文件“{name}”是空的（没有任何文字）。请确认导出成功后重新上传。"])
    return Grid(rows=rows, broken=broken_rows(rows, Grid(rows=rows).header, range(len(rows))))


def _decoded(content: bytes, name: str) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    advice = "请另存为“CSV UTF-8（逗号分隔）”后重新上传。"
    raise FaultsError([f"文件“{name}”的编码既不是 UTF-8 也不是 GB18030（国标）。{advice}"])


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the header into most cells: the first line that any of them cuts."""
    for line in [line for line in text.splitlines() if line.strip()][:50]:
        cut = {delimiter: len(next(csv.reader([line], delimiter=delimiter), [])) for delimiter in DELIMITERS}
        if max(cut.values()) > 1:
            return max(DELIMITERS, key=lambda delimiter: cut[delimiter])
    return ","


def _split(text: str, delimiter: str, name: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    # Strict: an unpaired quote would otherwise swallow the rest of the file into one cell without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if len(rows) == MAX_ROWS:
                raise FaultsError([f"文件“{name}”超过 {MAX_ROWS} 行。请只保留月度数据，或拆成几个文件。"])
            rows.append(list(row))
    except csv.Error as error:
        raise FaultsError(
            [f"文件“{name}”第{len(rows) + 1}行的双引号不配对或一格过长。请更正后重新上传，或改用 .xlsx。"]
        ) from error
    return rows


def broken_rows(rows: Sequence[Sequence[Cell]], header: int, body: Iterable[int]) -> dict[int, str]:
    """Return the rows whose cells do not match the header, and why.

    A thousands comma that fills a blank remark leaves the number of cells as it was: a remark of three digits behind
    one to three is its sign.

    Parameters
    ----------
    rows : sequence of sequence of Cell
    header : int
        Position of the header.
    body : iterable of int
        Positions of the rows below it.

    Returns
    -------
    dict of int to str
        Chinese.
    """
    width = max((column for column, cell in enumerate(rows[header]) if cell), default=-1) + 1
    has_remarks = width > 1 and bool(_REMARKS.fullmatch(str(rows[header][width - 1]).strip()))
    broken = {}
    for at in body:
        row = rows[at]
        if at <= header or is_blank(row):
            continue
        if len(row) < width or not is_blank(row[len(rows[header]) :]):
            broken[at] = (
                f"第{at + 1}行有 {len(row)} 格，表头有 {width} 格，对不上。"
                "请补齐分隔符；若数字中有千位分隔逗号，请去掉逗号或给数字加双引号。"
            )
        elif has_remarks and _THOUSANDS.fullmatch(",".join(str(cell).strip() for cell in row[width - 2 : width])):
            broken[at] = (
                f"第{at + 1}行“{shown(rows[header][width - 1])}”列是“{shown(row[width - 1])}”，"
                f"前一格是“{shown(row[width - 2])}”，像是一个带千位分隔逗号的数被拆成了两格。"
                "请去掉逗号或给数字加双引号；若备注确是数字，请加文字说明。"
            )
    return broken
