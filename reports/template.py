"""The empty deck: python-pptx's default template, widened to 16:9, with our faces, colours and footer.

Only the layouts we use stay. Nothing is cloned from slide to slide; title, text and footer are placeholders of a
layout.
"""

from __future__ import annotations

from collections.abc import Sequence

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide, SlideLayout, SlideMaster
from pptx.util import Emu, Inches

from reports import palette
from reports.pptx_text import Element, Piece, fitted, put, write_fonts, write_theme_fonts

WIDTH, HEIGHT = 13.333, 7.5
LEFT, INNER_WIDTH = 0.5, 12.333
TITLE_TOP, TITLE_HEIGHT = 0.16, 0.98
#: Where the content of a slide begins and ends.
TOP, BOTTOM = 1.28, 6.88
FOOTER_TOP, FOOTER_HEIGHT = 6.98, 0.36
TITLE_SIZES = (28.0, 26.0, 24.0)
#: Two lines only from the third size on.
COVER_SIZES = (40.0, 36.0, 32.0, 28.0)
FOOTER_SIZE = 12
COVER, PLAIN, TEXT = "Title Slide", "Title Only", "Title and Content"


def blank_deck() -> Deck:
    """Return a 16:9 deck without slides.

    Returns
    -------
    pptx.presentation.Presentation
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    for layout in list(deck.slide_layouts):
        if layout.name not in (COVER, PLAIN, TEXT):
            deck.slide_layouts.remove(layout)
    master = deck.slide_master
    for sheet in (master, *deck.slide_layouts):
        _arrange(sheet)
        write_fonts(sheet._element)
    _style_titles(master._element)
    master.shapes._spTree.append(_rule_line())
    # The rule under the title belongs to content slides.
    next(layout for layout in deck.slide_layouts if layout.name == COVER)._element.set("showMasterSp", "0")
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = write_theme_fonts(theme.blob)
    return deck


def add_slide(deck: Deck, layout_name: str, title: str) -> Slide:
    """Add a slide with its title; a text placeholder the layout has is left to the caller.

    Parameters
    ----------
    deck : pptx.presentation.Presentation
    layout_name : str
        `COVER`, `PLAIN` or `TEXT`.
    title : str

    Returns
    -------
    pptx.slide.Slide
    """
    layout = next(layout for layout in deck.slide_layouts if layout.name == layout_name)
    slide = deck.slides.add_slide(layout)
    holder = slide.shapes.title
    assert holder is not None
    sizes = COVER_SIZES if layout_name == COVER else TITLE_SIZES
    text, size = fitted(title, sizes=sizes, width=Emu(holder.width).inches - 0.2, height=Emu(holder.height).inches)
    put(holder.text_frame, [[Piece(text, size, palette.HEADING)]])
    holder.text_frame.auto_size = MSO_AUTO_SIZE.NONE
    holder.text_frame.margin_top = holder.text_frame.margin_bottom = 0
    return slide


def add_footer(slide: Slide, pieces: Sequence[Piece], *, number: int) -> None:
    """Give a slide its footer and page number, which python-pptx does not take over from the layout.

    Parameters
    ----------
    slide : pptx.slide.Slide
    pieces : sequence of Piece
    number : int
        Shown until the viewer fills in the field itself.
    """
    tree = slide.shapes._spTree
    identity = max(int(number) for number in tree.xpath(".//p:cNvPr/@id"))
    for kind, index, name in (("ftr", 11, "页脚"), ("sldNum", 12, "页码")):
        identity += 1
        tree.append(_footer_shape(identity, kind, index, name, number))
    holders = {holder.placeholder_format.type: holder for holder in slide.placeholders}
    put(holders[PP_PLACEHOLDER.FOOTER].text_frame, [pieces])


def _arrange(sheet: SlideMaster | SlideLayout) -> None:
    """Place the placeholders of a master or layout on the wide slide; the date goes, since no clock is read."""
    for shape in list(sheet.placeholders):
        kind = shape.placeholder_format.type
        if kind == PP_PLACEHOLDER.DATE:
            shape._element.getparent().remove(shape._element)
            continue
        place = {
            PP_PLACEHOLDER.TITLE: (LEFT, TITLE_TOP, INNER_WIDTH, TITLE_HEIGHT),
            PP_PLACEHOLDER.CENTER_TITLE: (1.0, 1.85, WIDTH - 2.0, 1.35),
            PP_PLACEHOLDER.SUBTITLE: (1.0, 3.65, WIDTH - 2.0, 2.2),
            PP_PLACEHOLDER.FOOTER: (LEFT, FOOTER_TOP, 10.8, FOOTER_HEIGHT),
            PP_PLACEHOLDER.SLIDE_NUMBER: (WIDTH - LEFT - 1.2, FOOTER_TOP, 1.2, FOOTER_HEIGHT),
        }.get(kind, (LEFT, TOP, INNER_WIDTH, BOTTOM - TOP))
        if kind == PP_PLACEHOLDER.FOOTER:
            for properties in shape._element.iter(qn("a:lvl1pPr")):
                properties.set("algn", "l")
        shape.left, shape.top, shape.width, shape.height = (Inches(value) for value in place)


def _style_titles(master: Element) -> None:
    """Titles to the left, in our size and colour."""
    for properties in master.find(f".//{qn('p:titleStyle')}").iter(qn("a:lvl1pPr")):
        properties.set("algn", "l")
        default = properties.find(qn("a:defRPr"))
        default.set("sz", str(int(TITLE_SIZES[0] * 100)))
        fill = default.find(qn("a:solidFill"))
        fill.clear()
        fill.append(parse_xml(f'<a:srgbClr {nsdecls("a")} val="{palette.HEADING}"/>'))
    # Text on our slides is prose, not a list.
    for properties in master.find(f".//{qn('p:bodyStyle')}").iter(qn("a:lvl1pPr")):
        properties.set("marL", "0")
        properties.set("indent", "0")
        for tag in ("a:buFont", "a:buChar"):
            for bullet in properties.findall(qn(tag)):
                properties.remove(bullet)
        properties.insert(_index_after_spacing(properties), properties.makeelement(qn("a:buNone")))


def _index_after_spacing(properties: Element) -> int:
    """Where a bullet choice goes: after the spacing, before tabs and run defaults."""
    spacing = {qn("a:lnSpc"), qn("a:spcBef"), qn("a:spcAft")}
    return sum(1 for child in properties if child.tag in spacing)


def _rule_line() -> Element:
    top = Inches(TITLE_TOP + TITLE_HEIGHT + 0.02)
    return parse_xml(
        f'<p:cxnSp {nsdecls("p", "a")}><p:nvCxnSpPr><p:cNvPr id="20" name="标题线"/><p:cNvCxnSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvCxnSpPr><p:spPr>'
        f'<a:xfrm><a:off x="{Inches(LEFT)}" y="{top}"/><a:ext cx="{Inches(INNER_WIDTH)}" cy="0"/>'
        f'</a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="19050"><a:solidFill>'
        f'<a:srgbClr val="{palette.HEADING}"/></a:solidFill></a:ln></p:spPr></p:cxnSp>'
    )


def _footer_shape(identity: int, kind: str, index: int, name: str, number: int) -> Element:
    colour = f'<a:solidFill><a:srgbClr val="{palette.MUTED}"/></a:solidFill>'
    field = (
        '<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum">'  # the id is PowerPoint's own
        f'<a:rPr lang="zh-CN" sz="{FOOTER_SIZE * 100}">{colour}</a:rPr><a:t>{number}</a:t></a:fld>'
        if kind == "sldNum"
        else ""
    )
    return parse_xml(
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{identity}" name="{name}"/><p:cNvSpPr>'
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}" sz="quarter" idx="{index}"/></p:nvPr>'
        f"</p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p>{field}</a:p></p:txBody></p:sp>"
    )
