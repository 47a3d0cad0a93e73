"""A look through a workbook's XML before calamine opens it.

Refuses what would exhaust memory: members that unpack to more than `MAX_UNPACKED`, and a stray cell so far out that the
sheet, which calamine lays out in full, would be larger than `xlsx_cells.MAX_CELLS` (Excel's last cell alone asks for
550 GB and kills the process). Finds the cells calamine reads as blank although they are not.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from xml.etree import ElementTree
from xml.parsers import expat

from data.readers.xlsx_cells import lost_cells
from forecasting.errors import FaultsError

MAX_UNPACKED = 200 * 1024**2
DAMAGED = "已损坏或不完整，无法读取。请在 Excel 或 WPS 中打开并另存后重新上传。"
_ZIP_DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError, NotImplementedError)
_XML_DAMAGE = (expat.ExpatError, ElementTree.ParseError)


def scan(content: bytes, name: str) -> dict[str, dict[tuple[int, int], str]]:
    """Refuse a dangerous workbook and return what calamine would lose.

    Parameters
    ----------
    content : bytes
        A zip with `xl/workbook.xml`.
    name : str
        Of the file, for messages.

    Returns
    -------
    dict of str to dict
        For each sheet's title, (row, column) from 0 -> the text of a cell with an error or an unevaluated formula.

    Raises
    ------
    FaultsError
        If the workbook is damaged, protected, or would unpack to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_unpacked(archive, name)
            lost = {}
            for title, member in _worksheets(archive).items():
                lost[title] = lost_cells(archive.read(member), title)
    except FaultsError:
        raise
    except (*_ZIP_DAMAGE, *_XML_DAMAGE) as error:
        raise FaultsError([f"文件“{name}”{DAMAGED}"]) from error
    return lost


def _check_unpacked(archive: zipfile.ZipFile, name: str) -> None:
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


def _worksheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return title -> member of every worksheet, by the workbook's relationships."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {
        item.attrib["Id"]: posixpath.normpath(posixpath.join("/xl", item.attrib["Target"])).lstrip("/")
        for item in relations
        if item.attrib["Type"].endswith("/worksheet")
    }
    found = {}
    for item in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if item.tag.endswith("}sheet"):
            relation = next((value for key, value in item.attrib.items() if key.endswith("}id")), "")
            if relation in targets:
                found[item.attrib["name"]] = targets[relation]
    return found
