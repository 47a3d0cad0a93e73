"""Does what is known agree with itself: the identity, parts and wholes, and the months.

    stock[t-1] + entries[t] - exits[t] + adjustment[t] = stock[t]

The store refuses files that break the first two within an area; these checks also see tables that never passed it, and
what it does not ask: whether townships add up to their county and counties to their city.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.ledger import ITEM
from data.observations import PARTS, SUM_TOLERANCE
from data.quality.evidence import Evidence, spans
from data.quality.finding import QualityFinding
from forecasting.panel import ENTITY_TYPES, MEASURES, identity_fault

#: Chance below which equal months are no chance.
COPIED = 1e-3
FEWEST_COPIED = 5.0


def check_identity(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each month whose stock does not follow from the last and the flows."""
    values = evidence.values
    opening = np.column_stack([np.full(len(evidence.keys), np.nan), values["stock"][:, :-1]])
    moved = np.nan_to_num(values["adjustment"])
    gaps = values["stock"] - (opening + values["entries"] - values["exits"] + moved)
    for row, at in zip(*np.nonzero(np.abs(np.nan_to_num(gaps)) > 0), strict=True):
        area, kind = evidence.key(int(row))
        month = evidence.months[at]
        said = identity_fault(
            evidence.name(area, kind),
            month,
            opening=opening[row, at],
            entries=values["entries"][row, at],
            exits=values["exits"][row, at],
            adjustment=moved[row, at],
            stock=values["stock"][row, at],
        )
        if said:
            numbers = {"差": float(gaps[row, at])}
            yield QualityFinding(
                "identity", "high", area, kind, "stock", str(month), str(month), said, numbers,
                direction=int(np.sign(gaps[row, at])),
            )  # fmt: skip


def check_types_sum(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each run of months in which the three types do not add up to all."""
    for measure in MEASURES:
        wide = _wide(evidence.known, measure, "entity_type")
        if not {"all", *PARTS} <= set(wide["value"].columns):
            continue
        parts = wide["value"][PARTS].sum(axis=1, skipna=False)
        allowed = wide["precision"][["all", *PARTS]].sum(axis=1)
        for area, found in _gaps(wide["value"]["all"], parts, allowed):
            terms = " + ".join(f"{ENTITY_TYPES[part]}{wide['value'][part][(area, found.worst)]:.10g}" for part in PARTS)
            said = (
                f"{evidence.name(area)} {found.worst} {MEASURES[measure]}：{terms} = {found.parts:.10g}，"
                f"合计报{found.whole:.10g}，差{found.gap:+.10g}{found.length}。"
            )
            yield QualityFinding(
                "types_sum", "high", area, "all", measure, str(found.first), str(found.last), said,
                {"合计": found.whole, "分项之和": found.parts, "差": found.gap}, direction=int(np.sign(found.gap)),
            )  # fmt: skip


def check_areas_sum(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each run of months in which areas do not add up to the area they lie in.

    Where not all of them are held, their sum may fall short of the whole, never exceed it.
    """
    simulated = evidence.known["status"] == "simulated"
    table = evidence.known[~simulated].assign(whole=evidence.known["area"].map(evidence.parents))
    n_children = Counter(evidence.parents.values())
    keys = ["entity_type", "month", "measure"]
    wholes = table.set_index(["area", *keys])[["value", "precision"]]
    sums = table.groupby(["whole", *keys]).agg(
        value=("value", "sum"), precision=("precision", "sum"), n=("value", "size")
    )
    sums.index = sums.index.set_names(["area", *keys])
    both = wholes.join(sums.add_suffix("_parts"), how="inner").reset_index()
    is_complete = both["n_parts"] >= np.array([n_children[area] for area in both["area"]], dtype=int)
    over = both["value_parts"] > both["value"]
    both = both[is_complete | (over & (both["measure"] != "adjustment"))]
    for key, part in both.groupby(["area", "entity_type", "measure"]):
        area, kind, measure = (str(name) for name in key)
        rows = part.set_index("month")
        allowed = rows["precision"] + rows["precision_parts"]
        index = pd.MultiIndex.from_arrays([[area] * len(rows), rows.index], names=["area", "month"])
        whole, parts, slack = (
            pd.Series(values.to_numpy(), index=index) for values in (rows["value"], rows["value_parts"], allowed)
        )
        for _, found in _gaps(whole, parts, slack):
            n, of = int(rows["n_parts"][found.worst]), int(n_children[area])
            held = f"{n}个下级" if n >= of else f"已有的{n}个下级（应有{of}个）"
            said = (
                f"{evidence.name(area, kind)} {found.worst} {MEASURES[measure]}：{held}之和{found.parts:.10g}，"
                f"本级报{found.whole:.10g}，差{found.gap:+.10g}{found.length}。"
            )
            yield QualityFinding(
                "areas_sum", "medium", area, kind, measure, str(found.first), str(found.last), said,
                {"本级": found.whole, "下级之和": found.parts, "差": found.gap}, direction=int(np.sign(found.gap)),
            )  # fmt: skip


def check_duplicate_months(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each month that a table says twice."""
    repeated = evidence.known[evidence.known.duplicated(ITEM, keep=False)]
    for key, rows in repeated.groupby(ITEM):
        area, kind, month, measure = (str(part) for part in key)
        values = "、".join(f"{value:.10g}" for value in rows["value"])
        yield QualityFinding(
            "duplicate_month", "high", area, kind, measure, str(month), str(month),
            f"{evidence.name(area, kind)} {month} {MEASURES[measure]}有{len(rows)}个数：{values}。只应有一个。",
            {"个数": float(len(rows))},
        )  # fmt: skip


def check_repeated_months(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each month of an area in which all flows are those of the month before, beyond chance.

    Two counts with mean m are equal with a chance of about 1 / sqrt(4 π m).
    """
    flows = np.stack([evidence.values["entries"], evidence.values["exits"]])
    for area in evidence.keys["area"].unique():
        rows = np.flatnonzero(evidence.keys["area"] == area)
        types = evidence.keys["entity_type"].iloc[rows]
        if (types != "all").any():
            # The total adds nothing to its parts.
            rows = rows[(types != "all").to_numpy()]
        now, before = flows[:, rows, 1:], flows[:, rows, :-1]
        held = ~(np.isnan(now) | np.isnan(before))
        is_same = ((now == before) | ~held).all(axis=(0, 1)) & held.any(axis=(0, 1))
        for at in np.flatnonzero(is_same):
            counts = now[:, :, at][held[:, :, at]]
            counts = counts[counts >= FEWEST_COPIED]
            chance = float(np.prod(1.0 / np.sqrt(4.0 * math.pi * counts)))
            if len(counts) < 2 or chance > COPIED:
                continue
            month = evidence.months[int(at) + 1]
            shown = "、".join(f"{count:.10g}" for count in counts[:6])
            yield QualityFinding(
                "repeated_month", "medium", str(area), "", "", str(month), str(month),
                f"{evidence.name(str(area))} {month} 的新设和注销吊销与上月完全相同（{shown}），"
                f"偶然相同的可能约为{chance:.1g}，疑似照抄上月。",
                {"相同的数": float(len(counts)), "偶然概率": chance},
            )  # fmt: skip


def check_missing_months(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each run of months that a measure lacks between two it has."""
    for measure in ("entries", "exits", "stock"):
        held = ~np.isnan(evidence.values[measure])
        for row in np.flatnonzero(held.any(axis=1)):
            first, last = np.flatnonzero(held[row])[[0, -1]]
            area, kind = evidence.key(int(row))
            for start, end in spans(first + np.flatnonzero(~held[row, first : last + 1])):
                span = evidence.month(start) + (f" 至 {evidence.months[end]}" if end > start else "")
                yield QualityFinding(
                    "missing_month", "low" if measure == "stock" else "medium", area, kind, measure,
                    evidence.month(start), evidence.month(end),
                    f"{evidence.name(area, kind)} 缺少 {span} 的{MEASURES[measure]}"
                    f"（共{end - start + 1}个月），前后月份都有。",
                    {"缺少月数": float(end - start + 1)},
                )  # fmt: skip


class _Gap:
    """A run of months in which a whole and its parts differ, told by its worst month."""

    def __init__(self, rows: pd.DataFrame) -> None:
        months = rows["month"]
        worst = rows.iloc[int(rows["gap"].abs().to_numpy().argmax())]
        self.first, self.last, self.worst = months.iloc[0], months.iloc[-1], worst["month"]
        self.whole, self.parts, self.gap = float(worst["whole"]), float(worst["parts"]), float(worst["gap"])
        n = len(rows)
        self.length = f"（{self.first} 至 {self.last} 共{n}个月不符，此为最大）" if n > 1 else ""


def _gaps(whole: pd.Series, parts: pd.Series, allowed: pd.Series) -> Iterator[tuple[str, _Gap]]:
    """Yield, by area, each run of consecutive months in which a whole is not the sum of its parts."""
    table = pd.DataFrame({"whole": whole, "parts": parts, "allowed": allowed}).dropna()
    table = table.assign(gap=table["whole"] - table["parts"])
    table = table[table["gap"].abs() > table["allowed"] + SUM_TOLERANCE].reset_index().sort_values(["area", "month"])
    for area, rows in table.groupby("area"):
        ordinals = rows["month"].astype("int64").to_numpy()
        for start, end in spans(ordinals):
            yield str(area), _Gap(rows[(ordinals >= start) & (ordinals <= end)])


def _wide(known: pd.DataFrame, measure: str, column: str) -> dict[str, pd.DataFrame]:
    """Value and precision of a measure by area and month, a column a type."""
    part = known[known["measure"] == measure].drop_duplicates(ITEM).set_index(["area", "month", column])
    return {name: part[name].unstack(column) for name in ("value", "precision")}  # noqa: PD010 - keys are unique
