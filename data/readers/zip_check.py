"""What must hold of a zipped workbook before anything in it is opened, and what a look through it finds."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat

from forecasting.errors import FaultsError

MAX_UNPACKED = 200 * 1024**2
MOST_MARKED = 200_000
DAMAGED = "已损坏或不完整，无法读取。请在 Excel 或 WPS 中打开并另存后重新上传。"
#: What reading a damaged zip, or damaged XML in it, may raise.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    ValueError,
    NotImplementedError,
    expat.ExpatError,
    ElementTree.ParseError,
)


@dataclass
class Lost:
    """What calamine would not tell of a sheet.

    Parameters
    ----------
    cells : dict of (int, int) to str
        Row and column from 0 -> what is to be read: the error, or the formula behind its equals sign, of a cell
        calamine reads as blank; a text without its footnote mark; a number with the unit its format shows.
    merged : list of tuple of int
        Merged cells, where calamine knows none: first row, first column, last row, last column.
    hidden_rows, hidden_columns : list of tuple of int
        First and last, from 0.
    marked : dict of (int, int) to str
        Row and column -> why what stands there cannot be taken as it stands, in Chinese, without the place.
    raised : dict of (int, int) to str
        Row and column -> the superscript or subscript left out.
    is_from_1904 : bool
        Whether days are counted from 1904.
    """

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    marked: dict[tuple[int, int], str] = field(default_factory=dict)
    raised: dict[tuple[int, int], str] = field(default_factory=dict)
    is_from_1904: bool = False

    def mark(self, at: tuple[int, int], why: str) -> None:
        """Note why a cell cannot be taken as it stands; the first reason stays.

        Parameters
        ----------
        at : tuple of int
            Row and column from 0.
        why : str
            Chinese, without the place.

        Raises
        ------
        FaultsError
            If there are more than `MOST_MARKED`.
        """
        self.marked.setdefault(at, why)
        if len(self.marked) > MOST_MARKED:
            raise FaultsError(
                [f"有删除线或特殊数字格式的格超过 {MOST_MARKED} 个。请清除格式，只保留数据表后重新上传。"]
            )


def read_xml(archive: zipfile.ZipFile, member: str) -> bytes:
    """Return an XML member; one that declares entities, which may multiply and no office program writes, is damage.

    Parameters
    ----------
    archive : zipfile.ZipFile
    member : str

    Returns
    -------
    bytes

    Raises
    ------
    zipfile.BadZipFile
        If it has a document type.
    KeyError
        If there is no such member.
    """
    xml = archive.read(member)
    # Without its zeros, UTF-16 shows its declarations too.
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or (b"\0" in xml and b"<!" in xml.replace(b"\0", b"")):
        raise zipfile.BadZipFile
    return xml


def check_unpacked(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a zip that is protected, damaged, or would unpack to more than `MAX_UNPACKED`.

    Parameters
    ----------
    archive : zipfile.ZipFile
    name : str
        Of the file, for messages.

    Raises
    ------
    FaultsError
        If it is protected or too large.
    zipfile.BadZipFile
        If it is damaged.
    """
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise FaultsError([f"文件“{name}”加了密码。请去掉密码后重新上传。"])
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED:
        raise FaultsError(
            [
                f"文件“{name}”解压后为 {unpacked / 1024**2:.0f} MB，超过上限 {MAX_UNPACKED // 1024**2} MB。"
                "请只保留数据表，删去图片和空行后重新上传。"
            ]
        )
    # The sizes are a claim as well: reading every member through holds it to them.
    if archive.testzip() is not None:
        raise zipfile.BadZipFile
