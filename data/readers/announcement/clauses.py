"""A clause of an announcement to what its words say, and to those of its words that say nothing known.

A figure whose clause has a word that is not understood (女性, 网上) is not taken: the word may narrow what is counted.
Remarks on growth, share and rank, and the other term of a comparison, say nothing of the figures beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from data.readers.announcement.numbers import Figure
from data.readers.announcement.periods import Span, find_periods
from data.readers.announcement.words import (
    ASIDE,
    COMPARED,
    FACT,
    IDLE,
    KIND,
    MEASURE,
    PROMISE,
    SCOPE,
    ZONE,
)
from data.readers.area_codes import level_of
from data.readers.places import Places

_SUFFIX = re.compile(r"自治[州县区]|[省市县区镇乡州盟旗]|街道")
#: Words in which a county's name hides: 响应县委号召, 振兴县域经济.
_HIDDEN = re.compile(r"(?:[响反适相对供效顺呼回]应|[振复新]兴|[时现当近历世]代|[面毗光来]临|[宁华]夏|[蒙自]古)县$")
_PLACE = re.compile(r"^[\u4e00-\u9fff]*[省市县区镇乡州盟旗园]$")


@dataclass(frozen=True)
class Mark:
    """What a word of a clause says.

    Parameters
    ----------
    start, end : int
    name : str
        area, place (of no known code), scope, span, kind, measure, promise, fact, this_month, aside, compared.
    said : object
        Codes, the place's name, a match, a Span, a measure.
    """

    start: int
    end: int
    name: str
    said: object


@dataclass(frozen=True)
class Part:
    """A clause with the marks around it.

    Parameters
    ----------
    text : str
    joint : str
        The mark that ends it.
    depth : int
        Brackets it stands in.
    """

    text: str
    joint: str
    depth: int


def split_clauses(sentence: str) -> Iterator[Part]:
    """Yield the clauses of a sentence.

    Parameters
    ----------
    sentence : str

    Yields
    ------
    Part
    """
    cut = re.split(r"([，：:（）()]|、(?![注吊]销)|(?<!销)、|(?<![0-9]),|,(?![0-9]{3}))", sentence)
    depth = 0
    for clause, joint in zip(cut[::2], [*cut[1::2], ""], strict=True):
        if clause:
            yield Part(clause, joint, depth)
        depth = max(depth + (joint in ("（", "(")) - (joint in ("）", ")")), 0) if joint else depth


def find_marks(clause: str, places: Places, published: pd.Timestamp) -> list[Mark]:
    """Return what the words of a clause say, in their order.

    Parameters
    ----------
    clause : str
    places : Places
    published : pandas.Timestamp

    Returns
    -------
    list of Mark
    """
    asides: list[Mark] = [
        Mark(match.start(), match.end(), "aside", None) for match in ASIDE.finditer(clause) if match[0]
    ]
    spans = list(find_periods(clause, published))
    found = [*_places(clause, places)]
    found += [Mark(match.start(), match.end(), "scope", match) for match in SCOPE.finditer(clause)]
    found += [Mark(span.at, span.at + len(span.wording), "span", span) for span in spans]
    found += [Mark(match.start(), match.end(), "kind", match) for match in KIND.finditer(clause)]
    found += [Mark(match.start(), match.end(), "measure", match.lastgroup) for match in MEASURE.finditer(clause)]
    found += [Mark(match.start(), match.end(), "promise", None) for match in PROMISE.finditer(clause)]
    found += [Mark(match.start(), match.end(), "fact", None) for match in FACT.finditer(clause)]
    found += [Mark(match.start(), match.end(), "this_month", None) for match in re.finditer("当月|当期", clause)]
    found += _comparisons(clause)
    kept = [mark for mark in found if not any(one.start <= mark.start < one.end for one in asides)]
    return sorted([*kept, *asides], key=lambda mark: (mark.start, -mark.end))


def _comparisons(clause: str) -> Iterator[Mark]:
    """Yield where a comparison opens, and where it closes: 与2021年6月底相比."""
    found = list(COMPARED.finditer(clause))
    opening = re.match("[与和跟]|同(?![比期])", clause) if found else None
    if opening:
        yield Mark(opening.start(), opening.end(), "compared", "open")
    for match in found:
        yield Mark(match.start(), match.end(), "compared", "close" if opening else "open")


def _places(clause: str, places: Places) -> Iterator[Mark]:
    """Yield areas, and names that only begin like one: 大同县 is not 大同市, 蒲县经济开发区 not 蒲县."""
    for start, end, codes in places.spans(clause):
        if end - start == 2 and _HIDDEN.search(clause[:end]):
            continue
        zone = ZONE.match(clause, end)
        suffix = None if _SUFFIX.search(clause[end - 1 : end]) else _SUFFIX.match(clause, end)
        if suffix and clause[end:].startswith(("市场", "县域", "县委", "区域")):
            suffix = None
        is_same_level = suffix and suffix[0] in "县区市" and all(level_of(code) == "county" for code in codes)
        if zone:
            yield Mark(start, zone.end(), "place", clause[start : zone.end()])
        elif suffix and not is_same_level:
            yield Mark(start, suffix.end(), "place", clause[start : suffix.end()])
        else:
            yield Mark(start, suffix.end() if suffix else end, "area", codes)


#: What turns the figure behind it, or bounds it.
SIGN = re.compile(r"[-−－—–△▲▼↓↑±≥≤><＞＜~～≈+＋]")


def unread_words(clause: str, marks: Sequence[Mark], figures: Sequence[Figure], start: int, end: int) -> list[str]:
    """Return the runs of a stretch of a clause that no mark, figure or idle word accounts for.

    Parameters
    ----------
    clause : str
    marks : sequence of Mark
    figures : sequence of Figure
    start, end : int

    Returns
    -------
    list of str
    """
    taken = [(mark.start, mark.end) for mark in marks] + [(figure.start, figure.end) for figure in figures]
    left = "".join(
        letter if not any(first <= at < last for first, last in taken) else " " for at, letter in enumerate(clause)
    )[start:end]
    # The whole run is shown: 在营 says more to who wrote it than 营, which is what is left of it.
    runs = [run for run in re.findall(r"[\w%％]+", left) if re.search(r"[\w%％]", IDLE.sub("", run))]
    # A sign right before a figure turns it, or bounds it: 净增-32户, ≥8012户.
    signs = [clause[one.start - 1] for one in figures if start < one.start <= end and SIGN.match(clause[one.start - 1])]
    return runs + signs


def joined_measures(clause: str, marks: Sequence[Mark]) -> str:
    """Return two measures that one figure is given for together: 新设和注销131户.

    Parameters
    ----------
    clause : str
    marks : sequence of Mark

    Returns
    -------
    str
        Empty if there are none.
    """
    said = [mark for mark in marks if mark.name == "measure" and mark.said not in ("total", "reach")]
    for one, other in pairwise(said):
        if one.said != other.said and re.fullmatch("[和及与/]|以及", clause[one.end : other.start]):
            return clause[one.start : other.end]
    return ""


def bare_number(clause: str, marks: Sequence[Mark]) -> str:
    """Return a number that ends a clause of a type or measure without its unit: 实有企业1652.

    Parameters
    ----------
    clause : str
    marks : sequence of Mark

    Returns
    -------
    str
        Empty if there is none.
    """
    found = re.search(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?$", clause)
    if found is None or not any(mark.name in ("kind", "measure") for mark in marks):
        return ""
    return "" if any(mark.start <= found.start() < mark.end for mark in marks) else found[0]


def unknown_place(clause: str, unread: Sequence[str]) -> str:
    """Return the name of a place that is none of the known areas, if a clause without a figure ends with one.

    Parameters
    ----------
    clause : str
    unread : sequence of str

    Returns
    -------
    str

    Examples
    --------
    >>> unknown_place("陕西省蒲城县", ["陕西省蒲城县"]), unknown_place("深化改革", ["深化改革"])
    ('陕西省蒲城县', '')
    """
    last = unread[-1] if unread else ""
    is_place = clause.endswith(last) and (_PLACE.match(last) or ZONE.fullmatch(last))
    return last if last and is_place else ""


def narrowed_span(clause: str, marks: Sequence[Mark]) -> Span | None:
    """Return the period that a few more words of a clause without a figure narrow: 2022年6月头几天, 2021年国庆节.

    Parameters
    ----------
    clause : str
    marks : sequence of Mark

    Returns
    -------
    Span or None
        With a question.
    """
    last = marks[-1] if marks else None
    if last is None or not isinstance(last.said, Span):
        return None
    rest = clause[last.end :]
    if not unread_words(clause, marks, (), last.end, len(clause)) or len(rest) > 6:
        return None
    ask = f"“{last.said.wording}{rest}”不一定是整月，月度数据只收整月的数。请写明年月。"
    return replace(last.said, start=None, end=None, question=ask)
