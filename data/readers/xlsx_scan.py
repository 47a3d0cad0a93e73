"""A look through a workbook's XML before calamine opens it.

Refuses what would exhaust memory: members that unpack to more than `zip_check.MAX_UNPACKED`, and a stray cell so far
out that the sheet, which calamine lays out in full, would be larger than `xlsx_cells.MAX_CELLS` (Excel's last cell
alone asks for 550 GB and kills the process). Finds the cells calamine reads as blank although they are not.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from xml.etree import ElementTree

from data.readers.xlsx_cells import lost_of_sheet
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
            lost = {}
            for title, member in _worksheets(archive).items():
                lost[title] = lost_of_sheet(read_xml(archive, member), title)
    except FaultsError:
        raise
    except DAMAGE as error:
        raise FaultsError([f"文件“{name}”{DAMAGED}"]) from error
    return lost


def _worksheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return title -> member of every worksheet, by the workbook's relationships."""
    relations = ElementTree.fromstring(read_xml(archive, "xl/_rels/workbook.xml.rels"))
    targets = {
        item.attrib["Id"]: posixpath.normpath(posixpath.join("/xl", item.attrib["Target"])).lstrip("/")
        for item in relations
        if item.attrib["Type"].endswith("/worksheet")
    }
    found = {}
    for item in ElementTree.fromstring(read_xml(archive, "xl/workbook.xml")).iter():
        if item.tag.endswith("}sheet"):
            relation = next((value for key, value in item.attrib.items() if key.endswith("}id")), "")
            if relation in targets:
                found[item.attrib["name"]] = targets[relation]
    return found
