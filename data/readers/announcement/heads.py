"""A figure without a measure of its own to that of the figures before it, of which it may be a part.

新设131户，注销32户，其中企业20户 may be of either, and is asked about; 实有7961户，净增1489户，其中企业1652户 can be of
实有 alone, since no part is larger than its whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.readers.announcement.numbers import Figure
from data.readers.announcement.said import Said, Unclear

#: The measure of a figure that is no count: a change, an average.
LEFT_OUT = "left out"
#: The measure of a figure that was not understood: its parts are not either.
REFUSED = "refused"


@dataclass(frozen=True)
class Head:
    """A figure of a sentence, of which a later one without a measure of its own may be a part.

    Parameters
    ----------
    measure : str
    kind : str or None
    most : float
        The largest value it may have.
    area : str or None
    is_settled : bool
        Whether its own measure was found from those before it.
    """

    measure: str
    kind: str | None
    most: float
    area: str | None
    is_settled: bool = False


def settle_measure(said: Said, figure: Figure, heads: Sequence[Head], *, is_placed: bool) -> bool:
    """Give a figure the measure of the only figure before it that it can be a part of.

    Parameters
    ----------
    said : Said
        Its measure is set.
    figure : Figure
    heads : sequence of Head
    is_placed : bool
        Whether the figure says of which area it is, or that it is a part of the last.

    Returns
    -------
    bool
        Whether the measure was found so.

    Raises
    ------
    Unclear
    """
    if said.is_measure_new or not heads:
        return False
    siblings = [head for head in heads if head.measure not in (LEFT_OUT, REFUSED) or head.kind == "all"]
    if siblings and siblings[-1].is_settled and said.kind not in ("all", siblings[-1].kind):
        # 其中企业1630户，合作社292户: parts of one list are of one whole.
        measures = [siblings[-1].measure]
    else:
        measures = list(dict.fromkeys(head.measure for head in heads if _may_hold(head, said.kind, figure)))
    if len(measures) != 1 or measures[0] in (LEFT_OUT, REFUSED):
        raise Unclear("前面有几个数，分不出这个数是实有、新设、注销还是变化量。请写明")
    said.measure = measures[0]
    if len({head.area for head in heads}) > 1 and not is_placed and said.kind != heads[-1].kind:
        raise Unclear("前面有几个地区，分不出这个数属于哪一个。请写明地区")
    return True


def _may_hold(head: Head, kind: str | None, figure: Figure) -> bool:
    if head.kind != "all":
        return head.measure not in (LEFT_OUT, REFUSED)
    return kind == "all" or figure.value - figure.precision <= head.most
