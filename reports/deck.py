"""The slide deck of the quarterly 例会: cover, overview, two slides a goal, and the goals that have no data yet.

Native text, tables and charts, so that a county can edit what it shows. The slides themselves are in `reports.slides`.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence

from forecasting.errors import SchemaError
from reports import palette
from reports.brief import Brief
from reports.pptx_text import Piece, clean, write_fonts
from reports.seal import sealed
from reports.slides import CLOSING, EACH_GOAL, OPENING
from reports.template import FOOTER_SIZE, add_footer, blank_deck
from reports.wording import SIMULATED
from targets.assessment import Assessment

PRODUCT = "市场主体倍增监测预测"
LONGEST_PROPERTY = 255


def build_deck(
    assessments: Sequence[Assessment],
    *,
    title: str,
    prepared_on: datetime.date,
    is_simulated: bool,
    run_id: str,
    data_as_of: str,
) -> bytes:
    """Build the deck.

    Parameters
    ----------
    assessments : sequence of Assessment
        In the order in which they are shown.
    title : str
        Of the cover.
    prepared_on : datetime.date
        Shown on the cover and kept as the date of the file.
    is_simulated : bool
        Marks every slide 演示数据（模拟）.
    run_id : str
        With which the numbers can be made again.
    data_as_of : str
        As it is to be read: 2023年6月 or a date.

    Returns
    -------
    bytes
        A pptx file; the same arguments give the same bytes.

    Raises
    ------
    SchemaError
        If there is no assessment at all.
    """
    if not assessments:
        raise SchemaError("没有任何目标的测算结果，无法生成幻灯片。请先录入目标并测算。")
    brief = Brief(tuple(assessments), title, prepared_on, is_simulated, run_id, data_as_of)
    deck = blank_deck()
    for add in OPENING:
        add(deck, brief)
    for assessment in brief.assessed:
        for add_for in EACH_GOAL:
            add_for(deck, assessment)
    for add in CLOSING:
        add(deck, brief)
    stamp = [Piece(f"数据截至：{data_as_of}", FOOTER_SIZE, palette.MUTED)]
    if is_simulated:
        stamp.insert(0, Piece(f"{SIMULATED}　", FOOTER_SIZE, palette.MARK))
    for number, slide in enumerate(deck.slides, start=1):
        add_footer(slide, stamp, number=number)
        write_fonts(slide._element)
    properties = deck.core_properties
    # python-pptx refuses longer ones.
    properties.title, properties.keywords = clean(title)[:LONGEST_PROPERTY], clean(run_id)[:LONGEST_PROPERTY]
    properties.subject = SIMULATED if is_simulated else ""
    properties.author = properties.last_modified_by = PRODUCT
    buffer = io.BytesIO()
    deck.save(buffer)
    return sealed(buffer.getvalue(), prepared_on)
