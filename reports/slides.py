"""The slides of a deck. A new slide is one function here and one line in a registry at the end of the file.

Slides place and word; every number is the assessment's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.shapes.base import BaseShape
from pptx.slide import Slide
from pptx.util import Inches, Pt

from reports import palette
from reports.brief import Brief
from reports.charts import add_columns, add_trajectory
from reports.monthly import EXITS, NET, monthly_plan, plan_sentence, year_rows
from reports.pptx_text import Piece, fitted, put
from reports.tables import Cell, Column, draw_table, pages, row_height
from reports.template import BOTTOM, COVER, INNER_WIDTH, LEFT, PLAIN, TEXT, TOP, WIDTH, add_slide
from reports.wording import (
    SIMULATED,
    chance,
    count,
    heading,
    month,
    needed,
    points,
    story,
    trust,
)
from targets.assessment import Assessment
from targets.formulas import percent
from targets.lamps import Lamp
from targets.sentence import by

TABLE_SIZE, LIST_SIZE, MONTHS_SIZE, NOTE_SIZE = 13.0, 13.0, 12.0, 14.0
BODY_SIZES = (18.0, 16.0, 14.0)
NOTE_HEIGHT = 0.36
LAMP_WIDTH, LAMP_HEIGHT = 2.6, 0.64
STANDING_HEIGHT = 1.6
MOST_ROWS, MOST_YEARS = 8, 3
#: Inches above and below the text: choices for the overview; in the calendar, which is the largest table.
AIR, TIGHT = (0.1, 0.07, 0.045, 0.02), 0.015
OVERVIEW = (
    Column("地区", 1.1, is_left=True),
    Column("目标", 2.5, is_left=True),
    Column("期限", 1.25),
    Column("实有", 0.8),
    Column("增量完成率", 1.05),
    Column("序时偏差（百分点）", 1.08),
    Column("月均需净增", 1.05),
    Column("达标概率", 0.95),
    Column("进度灯", 1.2),
    Column("预测灯", 1.35),
)
OVERVIEW_NOTE = (
    "序时偏差＝增量完成率－时间进度，正数为领先，负数为落后。“—”表示不适用或无法测算。达标概率的把握见各目标页。"
)
LIST = (Column("地区", 1.03, is_left=True), Column("目标", 3.83, is_left=True), Column("期限", 1.3))
REASONS = (LIST[0], Column("目标", 3.6, is_left=True), LIST[2], Column("原因", 6.4, is_left=True))
MONTHS = tuple(Column(f"{number}月", 0.77) for number in range(1, 13))
CALENDAR = (Column("年份", 0.85), Column("项目", 1.1), *MONTHS, Column("合计", 1.1))


def cover(deck: Deck, brief: Brief) -> None:
    """Title, dates, run, and the mark on simulated data."""
    slide = add_slide(deck, COVER, brief.title)
    lines = [f"数据截至：{brief.data_as_of}"]
    if brief.origins:
        first, last = month(brief.origins[0]), month(brief.origins[-1])
        lines.append(f"预测起点：{first}" if first == last else f"预测起点：{first}至{last}（各地区不同）")
    day = brief.prepared_on
    lines.append(f"编制日期：{day.year}年{day.month}月{day.day}日")
    written = [[Piece(line, 20.0, palette.INK)] for line in lines]
    # One run an area: of a whole province only the first fit.
    text, size = fitted(f"测算编号：{brief.run_id}", sizes=(14.0, 12.0), width=WIDTH - 2.2, height=0.8)
    written.append([Piece(text, size, palette.MUTED)])
    put(slide.placeholders[1].text_frame, written, align=PP_ALIGN.LEFT)
    line = slide.shapes.add_connector(1, Inches(1.0), Inches(3.42), Inches(WIDTH - 1.0), Inches(3.42))
    line.line.color.rgb = RGBColor.from_string(palette.HEADING)
    line.line.width = Pt(2.25)
    _unstyle(line)
    if brief.is_simulated:
        _box(slide, (1.0, 0.7, 7.6, 0.62), [
            Piece(SIMULATED, 20.0, palette.MARK), Piece("　数字均为模拟，不是实际统计数据", 16.0, palette.INK),
        ], palette.MARK)  # fmt: skip


def overview(deck: Deck, brief: Brief) -> None:
    """One row a goal, on as many slides as it takes."""
    rows = [_overview_row(one) for one in brief.assessed]
    top = TOP + NOTE_HEIGHT
    # As airy as the fewest slides allow.
    split_with = partial(pages, rows, OVERVIEW, room=BOTTOM - top - 0.75, most=MOST_ROWS)
    splits = {margin: split_with(line_margin=margin) for margin in AIR}
    margin, split = min(splits.items(), key=lambda item: (len(item[1]), -item[0]))
    for number, page in enumerate(split, start=1):
        slide = add_slide(deck, PLAIN, _numbered("目标进展总览", number, len(split)))
        _note(slide, OVERVIEW_NOTE)
        draw_table(slide, OVERVIEW, page, left=LEFT, top=top, heading_size=TABLE_SIZE, line_margin=margin)


def standing(deck: Deck, one: Assessment) -> None:
    """Where a goal stands and leads: the sentence and what it is worth, two lamps, the trajectory."""
    slide = add_slide(deck, TEXT, heading(one))
    width = INNER_WIDTH - LAMP_WIDTH - 0.2
    text, size = fitted(story(one) + trust(one), sizes=BODY_SIZES, width=width - 0.2, height=STANDING_HEIGHT - 0.1)
    _body(slide, [Piece(text, size, palette.INK)], (LEFT, TOP, width, STANDING_HEIGHT))
    for rank, lamp in enumerate(one.lamps):
        top = TOP + 0.05 + rank * (LAMP_HEIGHT + 0.1)
        place = (LEFT + INNER_WIDTH - LAMP_WIDTH, top, LAMP_WIDTH, LAMP_HEIGHT)
        pieces = [Piece(f"{lamp.name} ", 14.0, palette.MUTED), *_lamp(lamp, 18.0)]
        _box(slide, place, pieces, palette.LAMPS[lamp.colour])
    top = TOP + STANDING_HEIGHT + 0.1
    add_trajectory(slide, one, (LEFT, top, INNER_WIDTH, BOTTOM - top))


def monthly(deck: Deck, one: Assessment) -> None:
    """Show what each remaining month must bring; further slides where the years do not fit one."""
    plan = monthly_plan(one)
    if plan is None:
        return
    rows, parts = year_rows(plan), len(plan.parts)
    step = MOST_YEARS * parts
    split = [rows[start : start + step] for start in range(0, len(rows), step)]
    draw = partial(
        draw_table, columns=CALENDAR, left=LEFT, heading_size=MONTHS_SIZE, line_margin=TIGHT, stripe_every=parts
    )
    title = f"{one.who}：每月需完成（{by(one.goal.deadline)}）"
    for number, page in enumerate(split, start=1):
        slide = add_slide(deck, TEXT if number == 1 else PLAIN, _numbered(title, number, len(split)))
        cells = [_calendar_row(*row) for row in page]
        merged = [(0, start, start + parts - 1) for start in range(0, len(page), parts)]
        if number > 1:
            draw(slide, rows=cells, top=TOP + 0.1, merged=merged)
            continue
        text, size = fitted(plan_sentence(one, plan), sizes=BODY_SIZES, width=INNER_WIDTH - 0.2, height=0.45)
        _body(slide, [Piece(text, size, palette.INK)], (LEFT, TOP - 0.05, INNER_WIDTH, 0.5))
        top = BOTTOM - (len(cells) + 1) * row_height(cells[0], CALENDAR, line_margin=TIGHT)
        draw(slide, rows=cells, top=top, merged=merged)
        stacked: dict[str, list[float | None]] = {part: [float(v) for v in plan.parts[part]] for part in (NET, EXITS)}
        add_columns(slide, one, plan.months, stacked, (LEFT, TOP + 0.45, INNER_WIDTH, top - TOP - 0.5))


def not_computed(deck: Deck, brief: Brief) -> None:
    """Goals that could not be computed for a stated reason, with it."""
    goals = [one for one in brief.without_data if one.reason]
    rows = [[*_list_row(one), [Piece(one.reason, LIST_SIZE, palette.INK)]] for one in goals]
    note = f"以下{len(goals)}项目标暂不能测算，请按所列原因补正后重新测算。"
    _listing(deck, "暂不能测算的目标", note, REASONS, rows)


def without_data(deck: Deck, brief: Brief) -> None:
    """Goals that no monthly data speak to, two abreast."""
    cells = [_list_row(one) for one in brief.without_data if not one.reason]
    blank: list[Cell] = [[], [], []]
    pairs = [[*cells[i], *(cells[i + 1] if i + 1 < len(cells) else blank)] for i in range(0, len(cells), 2)]
    note = f"以下{len(cells)}项目标暂无月度数据，暂不能测算，数据补齐后纳入监测。"
    _listing(deck, "暂无数据的目标", note, (*LIST, *LIST), pairs)


def _listing(deck: Deck, title: str, note: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    top = TOP + NOTE_HEIGHT
    split = pages(rows, columns, room=BOTTOM - top - 0.4, most=len(rows))
    for number, page in enumerate(split, start=1):
        slide = add_slide(deck, PLAIN, _numbered(title, number, len(split)))
        _note(slide, note)
        draw_table(slide, columns, page, left=LEFT, top=top, heading_size=LIST_SIZE)


def _overview_row(one: Assessment) -> list[Cell]:
    texts = [
        one.area_name,
        one.goal.wording,
        month(one.goal.deadline),
        count(one.actual),
        percent(one.progress),
        points(one.pace_deviation),
        needed(one),
        chance(one),
    ]
    # Past the deadline there is one verdict; it stands in both columns.
    lamps = (one.progress_lamp, one.forecast_lamp)
    return [*([Piece(text, TABLE_SIZE, palette.INK)] for text in texts), *(_lamp(lamp, TABLE_SIZE) for lamp in lamps)]


def _list_row(one: Assessment) -> list[Cell]:
    texts = (one.area_name, one.goal.wording, month(one.goal.deadline))
    return [[Piece(text, LIST_SIZE, palette.INK)] for text in texts]


def _calendar_row(year: int, part: str, values: Sequence[int | None], total: int) -> list[Cell]:
    # The year is written in its first row, which is merged with the two beneath.
    texts = [f"{year}年" if part == NET else "", part, *("" if v is None else str(v) for v in values), str(total)]
    return [[Piece(text, MONTHS_SIZE, palette.INK)] for text in texts]


def _lamp(lamp: Lamp, size: float) -> list[Piece]:
    return [Piece(f"{lamp.shape}", size, palette.LAMPS[lamp.colour]), Piece(f" {lamp.word}", size, palette.INK)]


def _numbered(title: str, number: int, total: int) -> str:
    return title if total == 1 else f"{title}（{number}/{total}）"


def _body(slide: Slide, pieces: Sequence[Piece], place: tuple[float, float, float, float]) -> None:
    holder = slide.placeholders[1]
    holder.left, holder.top, holder.width, holder.height = (Inches(value) for value in place)
    frame = holder.text_frame
    put(frame, [pieces])
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.auto_size = MSO_AUTO_SIZE.NONE


def _note(slide: Slide, text: str) -> None:
    box = slide.shapes.add_textbox(Inches(LEFT), Inches(TOP - 0.1), Inches(INNER_WIDTH), Inches(NOTE_HEIGHT))
    put(box.text_frame, [[Piece(text, NOTE_SIZE, palette.MUTED)]])
    box.text_frame.word_wrap = True


def _box(slide: Slide, place: tuple[float, float, float, float], pieces: Sequence[Piece], colour: str) -> None:
    """Draw a framed label."""
    shape = slide.shapes.add_shape(MSO_SHAPE.ROUNDED_RECTANGLE, *(Inches(value) for value in place))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(palette.PAPER)
    shape.line.color.rgb = RGBColor.from_string(colour)
    shape.line.width = Pt(2)
    _unstyle(shape)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    put(shape.text_frame, [pieces], align=PP_ALIGN.CENTER)


def _unstyle(shape: BaseShape) -> None:
    """Drop the theme's style, which brings a shadow."""
    for style in shape._element.findall(qn("p:style")):
        shape._element.remove(style)


#: In the order in which they are shown: before the goals, for each assessed goal, after the goals.
OPENING: tuple[Callable[[Deck, Brief], None], ...] = (cover, overview)
EACH_GOAL: tuple[Callable[[Deck, Assessment], None], ...] = (standing, monthly)
CLOSING: tuple[Callable[[Deck, Brief], None], ...] = (not_computed, without_data)
