"""Text on slides: clean characters, three typefaces in every run, and how much room a text takes.

PowerPoint picks the face of a character by script: `a:latin`, `a:ea` and `a:cs`, in this order, after the fill.
python-pptx writes the first only, so `write_fonts` goes once over every finished part.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from reports.fonts import OFFICE_FONT

if TYPE_CHECKING:
    from pptx.text.text import TextFrame, _Paragraph

#: lxml elements; python-pptx gives its own element classes no public types.
Element = Any

ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FACES = ("a:latin", "a:ea", "a:cs")
#: Children of run properties that must follow the three faces.
AFTER_FACES = {qn(tag) for tag in ("a:sym", "a:hlinkClick", "a:hlinkMouseOver", "a:rtl", "a:extLst")}
PROPERTIES = ("a:rPr", "a:endParaRPr", "a:defRPr")
POINTS_PER_INCH = 72
#: Width of an ASCII character in ems, on the generous side: digits are 0.56, capitals up to 0.7.
NARROW = 0.58
#: Space that LibreOffice and WPS put between a Chinese character and a digit.
AUTOSPACE = 0.25
#: Line height of Chinese faces in ems: 1.32 in 微软雅黑, 1.45 in Noto Sans SC.
LINE_HEIGHT = 1.45


@dataclass(frozen=True)
class Piece:
    """A run of text.

    Parameters
    ----------
    text : str
    size : float
        Points.
    colour : str
        RRGGBB.
    """

    text: str
    size: float
    colour: str


def clean(text: str) -> str:
    """Return text on one line, without the characters that XML forbids and that make PowerPoint ask for a repair.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return re.sub(r"\s*[\t\n\r]+\s*", " ", ILLEGAL.sub("", text))


def put(frame: TextFrame, paragraphs: Sequence[Sequence[Piece]], *, align: PP_ALIGN | None = None) -> None:
    """Write paragraphs into a text frame, in place of what it holds.

    Parameters
    ----------
    frame : pptx.text.text.TextFrame
    paragraphs : sequence of sequence of Piece
        At least one.
    align : PP_ALIGN, optional
    """
    frame.clear()
    for number, pieces in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        _fill(paragraph, pieces)
        if align is not None:
            paragraph.alignment = align


def _fill(paragraph: _Paragraph, pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        # An empty paragraph is as high as its end mark: without a size it would be 18 points.
        paragraph._p.get_or_add_endParaRPr().set("sz", str(int(piece.size * 100)))
        if not piece.text:
            continue
        run = paragraph.add_run()
        run.text = clean(piece.text)
        run.font.size = Pt(piece.size)
        run.font.color.rgb = RGBColor.from_string(piece.colour)


def write_fonts(root: Element, face: str = OFFICE_FONT) -> None:
    """Give every run of a part, and every default its runs fall back on, the three faces.

    Parameters
    ----------
    root : lxml element
        Of a slide, layout, master or chart; changed in place.
    face : str
    """
    for kind in ("a:r", "a:fld"):
        for run in root.iter(qn(kind)):
            if run.find(qn("a:rPr")) is None:
                run.insert(0, run.makeelement(qn("a:rPr")))
    for kind in PROPERTIES:
        for properties in root.iter(qn(kind)):
            for old in [child for child in properties if child.tag in {qn(tag) for tag in FACES}]:
                properties.remove(old)
            place = next((index for index, child in enumerate(properties) if child.tag in AFTER_FACES), len(properties))
            for offset, tag in enumerate(FACES):
                properties.insert(place + offset, properties.makeelement(qn(tag), {"typeface": face}))
            if kind != "a:defRPr":
                # Marks the language, or PowerPoint underlines Chinese as misspelt English.
                properties.set("lang", "zh-CN")
                properties.set("altLang", "en-US")


def write_theme_fonts(blob: bytes, face: str = OFFICE_FONT) -> bytes:
    """Return a theme whose heading and body faces are `face`.

    Parameters
    ----------
    blob : bytes
        XML of the theme part.
    face : str

    Returns
    -------
    bytes
    """
    root = etree.fromstring(blob)
    for kind in ("a:majorFont", "a:minorFont"):
        for fonts in root.iter(qn(kind)):
            for tag in FACES:
                fonts.find(qn(tag)).set("typeface", face)
            for font in fonts.iter(qn("a:font")):
                if font.get("script") == "Hans":
                    font.set("typeface", face)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def ems(text: str) -> float:
    """Width of a text in ems.

    Parameters
    ----------
    text : str

    Returns
    -------
    float
        A Chinese character is one.
    """
    wide = [unicodedata.east_asian_width(character) in "WFA" for character in clean(text)]
    changes = sum(1 for before, after in itertools.pairwise(wide) if before != after)
    return sum(1.0 if is_wide else NARROW for is_wide in wide) + AUTOSPACE * changes


def lines_needed(text: str, *, size: float, width: float) -> int:
    """Lines a text takes.

    Parameters
    ----------
    text : str
    size : float
        Points.
    width : float
        Inches inside the margins.

    Returns
    -------
    int
        At least 1; a line holds whole characters only.
    """
    room = width * POINTS_PER_INCH / size
    needed = ems(text)
    return 1 if needed <= room else math.ceil(needed / max(math.floor(room), 1))


def fitted(text: str, *, sizes: Sequence[float], width: float, height: float) -> tuple[str, float]:
    """Choose the largest size at which a text fits a box; at the smallest, cut it.

    Parameters
    ----------
    text : str
    sizes : sequence of float
        Points, descending.
    width, height : float
        Inches inside the margins.

    Returns
    -------
    tuple of str, float
        Text, ending in … where it was cut, and size.
    """
    text = clean(text).strip()

    def fits(shown: str, size: float) -> bool:
        lines = lines_needed(shown, size=size, width=width)
        return lines == 1 or lines * size * LINE_HEIGHT <= height * POINTS_PER_INCH

    for size in sizes:
        if fits(text, size):
            return text, size
    while len(text) > 1 and not fits(text + "…", sizes[-1]):
        text = text[:-1]
    return text + "…", sizes[-1]
