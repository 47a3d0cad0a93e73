"""Record files made ready for DuckDB: parquet in place, text copied once into a columnar file beside its spill.

DuckDB's reader of text is quick but, given a broken row, has been seen to lose its neighbours without a word. So a text
file is first gone through once (encoding, lines), and DuckDB's copy of it is kept only if it has a row for every line;
otherwise Python's strict `csv` reads it, sets the broken rows apart by number, and refuses quotes that do not pair.
File names never reach SQL: the database sees links with names of our own, so neither quotes nor `*` in a name matter.
"""

from __future__ import annotations

import codecs
import csv
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.readers.grid import shown
from data.readers.text_grid import DELIMITERS
from forecasting.errors import FaultsError

CHUNK = 4 * 1024**2
#: UTF-8 with or without its mark, then GB18030, strictly and in this order.
ENCODINGS = ("utf-8-sig", "gb18030")
TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
MAX_COLUMNS = 1000
#: Broken rows shown by number.
SHOWN_ROWS = 5


@dataclass(frozen=True)
class Source:
    """Files of records as the database sees them.

    Parameters
    ----------
    relation : str
        SQL for all rows; its columns are c0, c1, ...
    titles : tuple of str
        What the file calls each column.
    kinds : tuple of str
        Type of each column, as DuckDB names it.
    names : tuple of str
        Of the files.
    encodings : tuple of str
        Of each file; `parquet` where it is one.
    rows_broken : int
        Rows of text with more or fewer cells than the header, which are not in `relation`.
    broken_at : tuple of str
        The first of them.
    """

    relation: str
    titles: tuple[str, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    encodings: tuple[str, ...]
    rows_broken: int = 0
    broken_at: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Part:
    path: Path
    titles: tuple[str, ...]
    encoding: str
    rows_broken: int = 0
    broken_at: tuple[int, ...] = ()


def open_source(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], folder: Path) -> Source:
    """Make files of records readable.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    paths : sequence of pathlib.Path
        All text or all parquet, with the same columns.
    folder : pathlib.Path
        Empty and our own; links and copies are put here.

    Returns
    -------
    Source

    Raises
    ------
    FaultsError
        If a file is absent, of no known kind, undecodable, has unpaired quotes or other columns than the first, or
        there is too little room for the copy.
    """
    parts = [_open_part(connection, Path(path), folder, number) for number, path in enumerate(paths)]
    if not parts:
        raise FaultsError(["没有给出登记记录文件。请给出至少一个 .csv 或 .parquet 文件。"])
    for path, part in zip(paths, parts, strict=True):
        if part.titles != parts[0].titles:
            ours, theirs = ("、".join(map(shown, titles[:20])) for titles in (part.titles, parts[0].titles))
            raise FaultsError([f"文件“{path.name}”的列（{ours}）与“{paths[0].name}”的列（{theirs}）不同。请分开读入。"])
    listed = ", ".join(quoted_text(str(part.path)) for part in parts)
    reader = f"read_parquet([{listed}], hive_partitioning=false)"
    described = connection.execute(f"describe select * from {reader}").fetchall()
    names = [quoted_name(row[0]) for row in described]
    columns = ", ".join(f"{name} as c{number}" for number, name in enumerate(names))
    return Source(
        relation=f"(select {columns} from {reader})",
        titles=parts[0].titles,
        kinds=tuple(row[1] for row in described),
        names=tuple(path.name for path in paths),
        encodings=tuple(part.encoding for part in parts),
        rows_broken=sum(part.rows_broken for part in parts),
        broken_at=tuple(
            f"“{path.name}”第{line}行" for path, part in zip(paths, parts, strict=True) for line in part.broken_at
        )[:SHOWN_ROWS],
    )


def quoted_name(name: str) -> str:
    """Return an SQL identifier.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """Return an SQL string.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return "'" + text.replace("'", "''") + "'"


def _open_part(connection: duckdb.DuckDBPyConnection, path: Path, folder: Path, number: int) -> _Part:
    if not path.is_file():
        raise FaultsError([f"找不到文件“{path}”。请核对路径。"])
    if path.stat().st_size == 0:
        raise FaultsError([f"文件“{path.name}”是空的（0 字节）。请确认导出成功后重试。"])
    with path.open("rb") as stream:
        is_parquet = stream.read(4) == b"PAR1"
    if is_parquet:
        link = folder / f"part{number}.parquet"
        os.symlink(path.resolve(), link)
        return _Part(link, _parquet_titles(connection, link, path.name), "parquet")
    if path.suffix.lower() not in TEXT_SUFFIXES:
        accepted = "、".join(TEXT_SUFFIXES)
        raise FaultsError([f"文件“{path.name}”不是 parquet，后缀也不是 {accepted}。请导出为 .csv 或 .parquet 后重试。"])
    return _copy_text(connection, path, folder, number)


def _parquet_titles(connection: duckdb.DuckDBPyConnection, link: Path, name: str) -> tuple[str, ...]:
    try:
        described = connection.execute(f"describe select * from read_parquet({quoted_text(str(link))})").fetchall()
    except duckdb.Error as error:
        raise FaultsError([f"parquet 文件“{name}”不完整或已损坏。请重新导出。"]) from error
    return tuple(row[0] for row in described)


def _copy_text(connection: duckdb.DuckDBPyConnection, path: Path, folder: Path, number: int) -> _Part:
    """Copy a text file into a parquet file, all cells as text."""
    free, needed = shutil.disk_usage(folder).free, 3 * path.stat().st_size
    if free < needed:
        sizes = f"约需 {needed / 1e9:.1f} GB，现有 {free / 1e9:.1f} GB"
        raise FaultsError(
            [f"临时目录 {folder.parent} 空间不足，放不下“{path.name}”的副本：{sizes}。请腾出空间，或另指定临时目录。"]
        )
    _check_lines(path)
    encoding = next((name for name in ENCODINGS if _is_in(path, name)), None)
    if encoding is None:
        raise FaultsError([f"文件“{path.name}”的编码既不是 UTF-8 也不是 GB18030（国标）。请另存为“CSV UTF-8”后重试。"])
    text, copy = folder / f"part{number}.csv", folder / f"part{number}.parquet"
    if encoding == "gb18030":
        _transcode(path, text)
    else:
        os.symlink(path.resolve(), text)
    header, delimiter = _header(text, path.name)
    n_broken, broken_at = 0, tuple[int, ...]()
    if not _is_copied(connection, text, copy, len(header), delimiter):
        clean = folder / f"clean{number}.csv"
        n_broken, broken_at = _clean(text, clean, len(header), delimiter, path.name)
        if not _is_copied(connection, clean, copy, len(header), delimiter):
            raise FaultsError([f"文件“{path.name}”读不成表格。请检查引号和分隔符，或导出为 .parquet 后重试。"])
        clean.unlink()
    text.unlink()
    return _Part(copy, header, "utf-8" if encoding == "utf-8-sig" else encoding, n_broken, broken_at)


def _check_lines(path: Path) -> None:
    """Refuse what is no text table: zero bytes, or a line so long that it would have to be held whole."""
    for number, chunk in enumerate(_chunks(path)):
        if b"\0" in chunk:
            raise FaultsError(
                [f"文件“{path.name}”含有空字符，不是 UTF-8 或 GB18030 的文本。请另存为“CSV UTF-8”后重试。"]
            )
        if len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk:
            place = f"第 {number * CHUNK // 1024**2} 至 {(number + 1) * CHUNK // 1024**2} MB 之间"
            raise FaultsError([f"文件“{path.name}”{place}没有换行，不是一行一条的登记记录。请核对后重新导出。"])


def _is_in(path: Path, encoding: str) -> bool:
    """Whether a file decodes strictly, a chunk at a time."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _transcode(path: Path, copy: Path) -> None:
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    with copy.open("wb") as stream:
        for chunk in _chunks(path):
            stream.write(decoder.decode(chunk).encode())


def _header(text: Path, name: str) -> tuple[tuple[str, ...], str]:
    """Titles of the columns, and the delimiter that cuts them into most cells."""
    with text.open(encoding="utf-8-sig", newline="") as stream:
        line = stream.readline(CHUNK)
    cut = {delimiter: next(csv.reader([line], delimiter=delimiter), []) for delimiter in DELIMITERS}
    delimiter = max(cut, key=lambda each: len(cut[each]))
    titles = tuple(" ".join(title.split()) for title in cut[delimiter])
    while titles and not titles[-1]:
        titles = titles[:-1]
    if not titles or len(titles) > MAX_COLUMNS:
        expected = "登记机关、主体类型、成立日期、注销日期"
        raise FaultsError([f"文件“{name}”第1行应为列名（如 {expected}），现为“{shown(line)}”。请补上列名后重试。"])
    return titles, delimiter


def _is_copied(connection: duckdb.DuckDBPyConnection, text: Path, copy: Path, n_columns: int, delimiter: str) -> bool:
    """Copy by DuckDB; whether it has a row for every line that is not empty."""
    columns = ", ".join(f"'c{column}': 'VARCHAR'" for column in range(n_columns))
    reader = (
        f"read_csv({quoted_text(str(text))}, columns={{{columns}}}, auto_detect=false, header=true, "
        f"delim='{delimiter}', quote='\"', escape='\"', strict_mode=true)"
    )
    try:
        connection.execute(f"copy (select * from {reader}) to {quoted_text(str(copy))} (format parquet)")
    except duckdb.Error:
        return False
    counted = connection.execute(f"select count(*) from read_parquet({quoted_text(str(copy))})").fetchone()
    return counted is not None and counted[0] == _lines(text) - 1


def _lines(text: Path) -> int:
    """Lines of a file that are not empty."""
    with text.open("rb") as stream:
        return sum(1 for line in stream if line.strip(b"\r\n\xef\xbb\xbf"))


def _clean(text: Path, clean: Path, width: int, delimiter: str, name: str) -> tuple[int, tuple[int, ...]]:
    """Copy the whole rows of a file, each on one line; return how many others there are, and where the first are."""
    n_broken, broken_at = 0, tuple[int, ...]()
    with text.open(encoding="utf-8-sig", newline="") as source, clean.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        reader = csv.reader(source, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                if len(row) >= width and not any(cell.strip() for cell in row[width:]):
                    writer.writerow([" ".join(cell.split()) for cell in row[:width]])
                elif any(cell.strip() for cell in row):
                    n_broken += 1
                    broken_at = broken_at if len(broken_at) == SHOWN_ROWS else (*broken_at, reader.line_num)
        except csv.Error as error:
            advice = "请更正后重试，或导出为 .parquet。"
            raise FaultsError([f"文件“{name}”第{reader.line_num}行附近双引号不配对或一格过长。{advice}"]) from error
    return n_broken, broken_at
