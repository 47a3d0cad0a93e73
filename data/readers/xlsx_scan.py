"""A look through a workbook's XML before calamine opens it.

Refuses what would exhaust memory: members that unpack to more than `zip_check.MAX_UNPACKED`, and a stray cell so far
out that the sheet, which calamine lays out in full, would be larger than `xlsx_cells.MAX_CELLS` (Excel's last cell
alone asks for 550 GB and kills the process). Finds the cells calamine reads as blank, or as what they are not.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from xml.etree import ElementTree

from data.readers.xlsx_cells import lost_of_sheet
from data.readers.xlsx_looks import looks_of
from data.readers.zip_check import DAMAGE, DAMAGED, Lost, check_unpacked, read_xml
from forecasting.errors import FaultsError


def scan(content: bytes, name: str) -> dict[str, Lost]:
    """Refuse a dangerous workbook and return what calamine would lose.

    Parameters
    ----------
    content : bytes
        A zip with `xl/workbook.xml`.
    name : str
        Of the file, for messages.

    Returns
    -------
    dict of str to Lost
        By the title of the sheet.

    Raises
    ------
    FaultsError
        If the workbook is damaged, protected, or would unpack to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_unpacked(archive, name)
            relations = ElementTree.fromstring(read_xml(archive, "xl/_rels/workbook.xml.rels"))
            looks = looks_of(*(_part(archive, relations, kind) for kind in ("styles", "sharedStrings")))
            sheets, is_from_1904 = _worksheets(archive, relations)
            lost = {}
            for title, member in sheets.items():
                lost[title] = lost_of_sheet(read_xml(archive, member), title, looks)
                lost[title].is_from_1904 = is_from_1904
    except FaultsError:
        raise
    except DAMAGE as error:
        raise FaultsError([f"文件“{name}”{DAMAGED}"]) from error
    return lost


def _targets(relations: ElementTree.Element, kind: str) -> dict[str, str]:
    """Return relation -> member of the parts of a kind."""
    return {
        item.attrib["Id"]: posixpath.normpath(posixpath.join("/xl", item.attrib["Target"])).lstrip("/")
        for item in relations
        if item.attrib["Type"].endswith(f"/{kind}")
    }


def _part(archive: zipfile.ZipFile, relations: ElementTree.Element, kind: str) -> bytes | None:
    """Return a part that a workbook may do without; calamine finds it whatever the case of its name."""
    wanted = [target.lower() for target in _targets(relations, kind).values()]
    member = next((name for name in archive.namelist() if name.lower() in wanted), None)
    return read_xml(archive, member) if member else None


def _worksheets(archive: zipfile.ZipFile, relations: ElementTree.Element) -> tuple[dict[str, str], bool]:
    """Return title -> member of every worksheet, and whether days are counted from 1904."""
    targets = _targets(relations, "worksheet")
    found = {}
    is_from_1904 = False
    for item in ElementTree.fromstring(read_xml(archive, "xl/workbook.xml")).iter():
        if item.tag.endswith("}sheet"):
            relation = next((value for key, value in item.attrib.items() if key.endswith("}id")), "")
            if relation in targets:
                found[item.attrib["name"]] = targets[relation]
        elif item.tag.endswith("}workbookPr"):
            is_from_1904 = item.attrib.get("date1904") in ("1", "true")
    return found, is_from_1904
