"""Figures of one text against each other: said twice, parts larger than their whole, a part of exits taken for all."""

from __future__ import annotations

from collections.abc import Sequence

from data.readers.announcement.counts import PeriodCount


def check_cancelled(
    counts: Sequence[PeriodCount], cancelled: Sequence[PeriodCount]
) -> tuple[list[PeriodCount], list[str]]:
    """Turn cancellations into questions where revocations are given beside them: neither is all exits.

    Parameters
    ----------
    counts : sequence of PeriodCount
    cancelled : sequence of PeriodCount
        Those given as 注销 alone.

    Returns
    -------
    tuple of list of PeriodCount and list of str
    """
    asked = [
        f"“{each.wording}”：注销与吊销分开给出，本系统的注销吊销是两者之和。请改写为合计。"
        for each in counts
        if each in cancelled
    ]
    return [each for each in counts if each not in cancelled], asked


def check_said_twice(counts: Sequence[PeriodCount]) -> tuple[list[PeriodCount], list[str], list[str]]:
    """Turn figures of one series and period that differ into a question.

    A bound goes beside the exact figure that it holds: 突破8000户大关，达到8012户.

    Parameters
    ----------
    counts : sequence of PeriodCount

    Returns
    -------
    tuple of list of PeriodCount, list of str and list of str
        Kept, questions, left out.
    """
    groups: dict[tuple[object, ...], list[PeriodCount]] = {}
    for each in counts:
        groups.setdefault((each.area, each.entity_type, each.measure, each.start, each.end), []).append(each)
    dropped: list[PeriodCount] = []
    asked, left = [], []
    for same in groups.values():
        exact = [each for each in same if not each.bound]
        rounded = [each for each in same if each.bound]
        said = "、".join(f"“{each.wording}”" for each in same)
        if len(exact) == 1 and all(abs(each.value - exact[0].value) <= each.precision for each in rounded):
            dropped += rounded
            left += [f"“{each.wording}”是概数，已取同一个数的“{exact[0].wording}”，未取。" for each in rounded]
        elif len(same) > 1:
            dropped += same
            asked.append(f"{said} 看来是同一地区、类型、时间的同一个数。请只保留一个，或写明它们的不同。")
    return [each for each in counts if not any(each is one for one in dropped)], asked, left


def check_parts(counts: Sequence[PeriodCount]) -> tuple[list[PeriodCount], list[str]]:
    """Turn parts that are together larger than their whole into a question; net increases may have either sign.

    Parameters
    ----------
    counts : sequence of PeriodCount

    Returns
    -------
    tuple of list of PeriodCount and list of str
    """
    dropped: list[PeriodCount] = []
    asked = []
    for whole in counts:
        if whole.entity_type != "all" or whole.measure == "net":
            continue
        place = whole.area, whole.measure, whole.start, whole.end
        parts = [
            each
            for each in counts
            if each.entity_type != "all" and (each.area, each.measure, each.start, each.end) == place
        ]
        # One side of a bound is known: 近8000户 is at most that, 超1600户 at least.
        least = sum(each.value - (0 if each.bound == "at_least" else each.precision) for each in parts)
        most = whole.value + (0 if whole.bound == "at_most" else whole.precision)
        if least > most:
            dropped += parts
            said = "、".join(f"“{each.wording}”" for each in parts)
            asked.append(f"{said} 相加大于市场主体的“{whole.wording}”，看来不是同一地区、时间的数。请核对后重新录入。")
    return [each for each in counts if not any(each is one for one in dropped)], asked
