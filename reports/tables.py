"""Tables on slides, drawn so that nothing runs over: row heights are estimated first, and pages filled by them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.util import Inches

from reports import palette
from reports.pptx_text import LINE_HEIGHT, POINTS_PER_INCH, Piece, lines_needed, put

#: "No style, no grid": what a cell looks like is written into the cell.
PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
SIDE_MARGIN, LINE_MARGIN = 0.06, 0.03

Cell = Sequence[Piece]


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
        Heading; empty for none.
    width : float
        Inches.
    is_left : bool
        To the left; otherwise centred.
    """

    name: str
    width: float
    is_left: bool = False


def row_height(cells: Sequence[Cell], columns: Sequence[Column], *, line_margin: float = LINE_MARGIN) -> float:
    """Height that a row needs.

    Parameters
    ----------
    cells : sequence of sequence of Piece
    columns : sequence of Column
    line_margin : float
        Inches above and below the text.

    Returns
    -------
    float
        Inches.
    """
    tallest = 0.0
    for cell, column in zip(cells, columns, strict=True):
        size = max((piece.size for piece in cell), default=0.0)
        text = "".join(piece.text for piece in cell)
        if size:
            lines = lines_needed(text, size=size, width=column.width - 2 * SIDE_MARGIN)
            tallest = max(tallest, lines * size * LINE_HEIGHT / POINTS_PER_INCH)
    return tallest + 2 * line_margin


def pages(
    rows: Sequence[Sequence[Cell]],
    columns: Sequence[Column],
    *,
    room: float,
    most: int,
    line_margin: float = LINE_MARGIN,
) -> list[Sequence[Sequence[Cell]]]:
    """Split rows so that each page fits.

    Parameters
    ----------
    rows : sequence of rows
        A row is a sequence of cells.
    columns : sequence of Column
    room : float
        Inches for the rows of a page, without the heading.
    most : int
        Rows of a page at most.
    line_margin : float
        Inches above and below the text of a cell.

    Returns
    -------
    list of sequence of rows
        In order, about as many rows on each; a row that alone is too tall has a page of its own.
    """
    fill = partial(_filled, rows, columns, room=room, line_margin=line_margin)
    filled = fill(most=most)
    if len(filled) < 2:
        return filled
    even = fill(most=math.ceil(len(rows) / len(filled)))
    return even if len(even) == len(filled) else filled


def _filled(
    rows: Sequence[Sequence[Cell]], columns: Sequence[Column], *, room: float, most: int, line_margin: float
) -> list[Sequence[Sequence[Cell]]]:
    """Fill one page after the other."""
    done: list[Sequence[Sequence[Cell]]] = []
    page: list[Sequence[Cell]] = []
    used = 0.0
    for row in rows:
        height = row_height(row, columns, line_margin=line_margin)
        if page and (used + height > room or len(page) == most):
            done.append(page)
            page, used = [], 0.0
        page.append(row)
        used += height
    return [*done, page] if page else done


def draw_table(
    slide: Slide,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    left: float,
    top: float,
    heading_size: float,
    line_margin: float = LINE_MARGIN,
    stripe_every: int = 2,
    merged: Sequence[tuple[int, int, int]] = (),
) -> float:
    """Draw a native table.

    Parameters
    ----------
    slide : pptx.slide.Slide
    columns : sequence of Column
    rows : sequence of rows
    left, top : float
        Inches.
    heading_size : float
        Points.
    line_margin : float
        Inches above and below the text of a cell.
    stripe_every : int
        Every so many rows one is shaded.
    merged : sequence of (column, first row, last row)
        Cells to merge downwards; rows count from 0 without the heading. The first cell keeps its text.

    Returns
    -------
    float
        Inches from the top of the slide to the end of the table, as estimated.
    """
    heading = [[Piece(column.name, heading_size, palette.PAPER)] for column in columns]
    everything = [heading, *rows]
    heights = [row_height(row, columns, line_margin=line_margin) for row in everything]
    width = sum(column.width for column in columns)
    frame = slide.shapes.add_table(
        len(everything), len(columns), Inches(left), Inches(top), Inches(width), Inches(sum(heights))
    )
    table = frame.table
    properties = table._tbl.tblPr
    properties.find(qn("a:tableStyleId")).text = PLAIN_STYLE
    table.horz_banding = False
    for number, column in enumerate(columns):
        table.columns[number].width = Inches(column.width)
    for r, row in enumerate(everything):
        table.rows[r].height = Inches(heights[r])
        for c, (pieces, column) in enumerate(zip(row, columns, strict=True)):
            cell = table.cell(r, c)
            put(cell.text_frame, [pieces], align=PP_ALIGN.LEFT if column.is_left and r else PP_ALIGN.CENTER)
            body = palette.PAPER if r % stripe_every else palette.STRIPE
            _dress(cell, fill=body if r else palette.HEADING, line_margin=line_margin)
    for c, first, last in merged:
        if last > first:
            table.cell(first + 1, c).merge(table.cell(last + 1, c))
    return top + sum(heights)


def _dress(cell: _Cell, *, fill: str, line_margin: float) -> None:
    cell.margin_left = cell.margin_right = Inches(SIDE_MARGIN)
    cell.margin_top = cell.margin_bottom = Inches(line_margin)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(fill)
    # The schema wants lines before the fill.
    cell._tc.get_or_add_tcPr().insert(
        0,
        parse_xml(
            f'<a:lnB {nsdecls("a")} w="9525"><a:solidFill><a:srgbClr val="{palette.RULE}"/></a:solidFill></a:lnB>'
        ),
    )
