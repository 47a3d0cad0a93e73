"""A sentence with 分别 to one sentence a figure, where a single list of as many items stands before it.

企业、个体工商户分别为1652户、6013户 -> 企业为1652户 and 个体工商户为6013户. Two lists, or a list of more or fewer items
than figures, are for a person to match.
"""

from __future__ import annotations

import re

import pandas as pd

from data.readers.announcement.clauses import Mark, find_marks
from data.readers.announcement.numbers import find_figures
from data.readers.places import Places

_JOINT = re.compile(r"[、，,和及与]|以及")
_SHARES = re.compile(r"[，,](?:同比|环比|比上年|较上年)?[^，户家个]*分别[^户家]*[%％](?:以上|左右)?$")


def expand_pairs(sentence: str, places: Places, published: pd.Timestamp) -> list[str]:
    """Return one sentence for each figure, or none where it is not clear which figure is of what.

    Parameters
    ----------
    sentence : str
    places : Places
    published : pandas.Timestamp

    Returns
    -------
    list of str
    """
    plain = _SHARES.sub("", sentence)
    if plain.count("分别") != 1:
        return []
    left, right = plain.split("分别")
    figures = list(find_figures_of(right))
    lists = [items for items in _lists(find_marks(left, places, published), left) if len(items) > 1]
    if len(lists) != 1 or len(lists[0]) != len(figures) or not figures:
        return []
    items, before = lists[0], right[: right.index(figures[0])]
    between = right[len(before) :]
    for wording in figures:
        between = between.replace(wording, "", 1)
    if _JOINT.sub("", between):
        return []
    head, tail = left[: items[0].start], left[items[-1].end :]
    return [
        f"{head}{left[item.start : item.end]}{tail}{before}{figure}"
        for item, figure in zip(items, figures, strict=True)
    ]


def find_figures_of(text: str) -> list[str]:
    """Return the figures of a list as written.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> find_figures_of("达1.4万户和0.8万户、20户")
    ['1.4万户', '0.8万户', '20户']
    """
    return [figure.wording for item in re.split(r"[、，和及与]|,(?![0-9]{3})", text) for figure in find_figures(item)]


def _lists(marks: list[Mark], text: str) -> list[list[Mark]]:
    """Return the marks of one name with nothing but a joint between them."""
    found: list[list[Mark]] = []
    for mark in marks:
        if mark.name not in ("area", "kind", "span", "measure"):
            continue
        last = found[-1][-1] if found else None
        if last and last.name == mark.name and _JOINT.fullmatch(text[last.end : mark.start]):
            found[-1].append(mark)
        else:
            found.append([mark])
    return found
