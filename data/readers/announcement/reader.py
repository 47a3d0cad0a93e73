"""A published sentence to counts, each shown back for confirmation: 截至2022年7月底，全省市场主体达到364万户.

A figure is taken only if the sentence says of which area, type, period and measure it is, by words beside it or before
it. Where it does not (no year, 新增 that may be 新设 or 净增, 全省 of no known province) the reader asks. Growth rates,
promises and averages are no counts. What is a month's stock, entries or exits is an observation; a figure of several
months, or a net increase, stays a `PeriodCount`, in the terms of `catalogue.load_published`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from data.readers.announcement.counts import AnnouncementReading
from data.readers.announcement.text import TextReader
from data.readers.cells import NARROW
from data.readers.grid import shown
from data.readers.places import Places
from forecasting.errors import FaultsError

MAX_CHARACTERS = 2000


def read_announcement(
    text: str, *, source: str, published: pd.Timestamp, known_areas: Mapping[str, str], area: str = ""
) -> AnnouncementReading:
    """Read the counts of a sentence, or of several.

    Parameters
    ----------
    text : str
    source : str
        Address of the publication, or what else names it.
    published : pandas.Timestamp
        Day of publication, without time zone; 今年 is its year.
    known_areas : mapping of str to str
        Code -> name.
    area : str
        Code of the area the text is about where it names none, and whose province,
        city or county 全省, 全市, 全县 mean.

    Returns
    -------
    AnnouncementReading

    Raises
    ------
    FaultsError
        If the text is blank or too long, the source is blank or the area unknown.
    """
    if published.tzinfo is not None:
        raise TypeError("published must be naive")
    faults = []
    if not text.strip() or len(text) > MAX_CHARACTERS:
        faults.append(f"公布的原文应为 1 至 {MAX_CHARACTERS} 字，现为 {len(text.strip())} 字。请只粘贴含户数的句子。")
    if not source.strip():
        faults.append("没有写来源。请填写网址或文件名。")
    if area and area not in known_areas:
        faults.append(f"地区代码“{shown(area)}”不在地区目录中。请核对。")
    if faults:
        raise FaultsError(faults, "公布数有误")
    reader = TextReader(Places(known_areas), published.normalize(), source.strip(), area)
    plain = re.sub(r"\s", "", re.sub(r"[\r\n]+", "。", text.strip())).translate(NARROW)
    for sentence in re.split("[。；！？;]", plain):
        reader.read_sentence(sentence)
    reader.check()
    if not (reader.candidates or reader.questions or reader.left_out):
        reader.questions.append("没有找到户数。请粘贴写有“……户”的句子，如 截至2022年7月底，全省市场主体达到364万户。")
    return AnnouncementReading(tuple(reader.candidates), tuple(reader.questions), tuple(reader.left_out))
