"""Is the registration itself plausible: spikes beyond one's own past and peers, many at one door, few that live on.

Quota-driven registration has been reported: shells are registered in numbers, at one address or through one agent, and
are gone within a year or two. None of these proves anything; each is a reason to look.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.quality.evidence import FEWEST_PEERS, Evidence
from data.quality.finding import QualityFinding
from data.quality.unexpected import SERIOUS, THRESHOLD, outliers
from forecasting.local_level import CONSISTENT
from forecasting.surprises import median

#: New registrations of a month at one address or by one agent, and their share of the month's.
FEWEST_TOGETHER, SHARE_TOGETHER = 30, 0.15
#: Survival: members of a cohort, standard deviations, and points below the neighbours.
FEWEST_ENTERED, SURVIVAL_THRESHOLD, SURVIVAL_POINTS = 50, 4.0, 0.10
#: Cohorts of areas differ by at least this in log odds, whatever the neighbours show.
LEAST_SPREAD = 0.15
CROWD_KINDS = {"address": ("same_address", "同一地址"), "agent": ("same_agent", "同一代理人")}


def check_spikes(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each month with far more entries than expected; serious where its peers saw nothing of it."""
    made = evidence.surprises["entries"]
    values = evidence.values["entries"]
    marked = outliers(evidence)["entries"] & (np.nan_to_num(made.residual) > 0)
    for row in np.flatnonzero(marked.any(axis=1)):
        area, kind = evidence.key(int(row))
        peers = evidence.peers(int(row))
        for at in np.flatnonzero(marked[row]):
            value, expected = values[row, at], made.expected[row, at]
            others = made.residual[peers, at]
            n_peers = int((~np.isnan(others)).sum())
            common = float(median(others)) if n_peers >= FEWEST_PEERS else 0.0
            score = float((made.residual[row, at] - common) / made.scale[row, at])
            if n_peers >= FEWEST_PEERS and score < THRESHOLD and common > 0:
                # All of them saw it: whatever it was, it is not of this area's making.
                said, severity = f"；同期其他{n_peers}个地区中位也为{np.exp(common):.1f}倍，属普遍现象", "low"
            elif n_peers >= FEWEST_PEERS:
                said, severity = f"；同期其他{n_peers}个地区中位为{np.exp(common):.1f}倍", "high"
            else:
                said, severity = "；没有可比的地区", "high" if score >= SERIOUS else "medium"
            month = evidence.month(int(at))
            yield QualityFinding(
                "registration_spike", severity, area, kind, "entries", month, month,
                f"{evidence.name(area, kind)} {month} 新设{value:.10g}户，按前后走势和往年同月"
                f"应约{expected:.0f}户，"
                f"为{value / max(expected, 1.0):.1f}倍{said}。请核实是否真实经营。",
                {
                    "实报": float(value),
                    "应约": float(expected),
                    "标准差倍数": score,
                    "其他地区倍数": float(np.exp(common)),
                },
                direction=1,
            )  # fmt: skip


def check_crowds(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each address or agent with a large share of a month's registrations."""
    if evidence.crowds is None:
        return
    for row in evidence.crowds.to_dict("records"):
        area, month, together = str(row["area"]), str(row["month"]), float(row["entries"])
        whole = _entries(evidence, area, month)
        share = together / whole if whole else float("nan")
        if together < FEWEST_TOGETHER or share < SHARE_TOGETHER:
            continue
        kind, words = CROWD_KINDS[str(row["by"])]
        of = f"，占当月新设{whole:.10g}户的{share:.0%}" if whole else ""
        yield QualityFinding(
            kind,
            "high" if share >= 2 * SHARE_TOGETHER else "medium",
            area,
            "",
            "entries",
            month,
            month,
            f"{evidence.name(area)} {month} 有{together:.10g}户由{words}（{row['name']}）登记{of}。"
            "若为集群注册托管请注明，否则请核实。",
            {"户数": together, **({"占比": share} if whole else {})},
            subject=str(row["name"]),
            direction=1,
        )


def check_survival(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each cohort of which far fewer live on than of the neighbours' of the same year and age.

    Log odds against the neighbours' median; spread by their median absolute deviation and the cohort's sampling error.
    """
    if evidence.cohorts is None:
        return
    table = evidence.cohorts.assign(year=evidence.cohorts["month"].dt.year)
    for age in (1, 2):
        known = table.dropna(subset=[f"left_{12 * age}"])
        sums = known.groupby(["area", "entity_type", "year"], as_index=False)[["entries", f"left_{12 * age}"]].sum()
        sums = sums[sums["entries"] >= FEWEST_ENTERED]
        rate = (sums["entries"] - sums[f"left_{12 * age}"] + 0.5) / (sums["entries"] + 1.0)
        noise = 1.0 / (sums["entries"] * rate * (1.0 - rate))
        sums = sums.assign(rate=rate, odds=np.log(rate / (1.0 - rate)), noise=noise)
        for _, group in sums.groupby(["entity_type", "year"]):
            for at in range(len(group)):
                found = _low_survival(evidence, group, at, age)
                if found is not None:
                    yield found


def _entries(evidence: Evidence, area: str, month: str) -> float:
    """All entries of an area in a month; 0 where they are not known."""
    rows = evidence.monthly
    rows = rows[(rows["area"] == area) & (rows["month"].astype(str) == month) & (rows["measure"] == "entries")]
    total = rows.loc[rows["entity_type"] == "all", "value"]
    return float(total.iloc[0]) if len(total) else float(rows["value"].sum())


def _low_survival(evidence: Evidence, group: pd.DataFrame, at: int, age: int) -> QualityFinding | None:
    """Return the finding of one cohort among those of the same type, year and age, if it is one."""
    area, kind, year = (str(group[name].iloc[at]) for name in ("area", "entity_type", "year"))
    own, odds, noise = (float(group[name].iloc[at]) for name in ("rate", "odds", "noise"))
    others = group[group["area"] != area]
    parent = evidence.parents.get(area, "")
    near = others[(others["area"].map(evidence.parents) == parent) & (parent != "")]
    others = near if len(near) >= FEWEST_PEERS else others
    if len(others) < FEWEST_PEERS:
        return None
    middle = float(others["odds"].median())
    spread = max(CONSISTENT * float((others["odds"] - middle).abs().median()), LEAST_SPREAD)
    score = (odds - middle) / float(np.sqrt(spread**2 + noise))
    usual = 1.0 / (1.0 + float(np.exp(-middle)))
    if score > -SURVIVAL_THRESHOLD or usual - own < SURVIVAL_POINTS:
        return None
    return QualityFinding(
        "low_survival",
        "high",
        area,
        kind,
        "",
        f"{year}-01",
        f"{year}-12",
        f"{evidence.name(area, kind)} {year}年新设的主体满{age}年时存活{own:.0%}，"
        f"同期其他{len(others)}个地区中位为{usual:.0%}，低{(usual - own) * 100:.0f}个百分点"
        f"（{abs(score):.1f}倍标准差）。请抽查是否空壳。",
        {"存活率": own, "其他地区": usual, "标准差倍数": score},
        subject=f"{age}年",
        direction=-1,
    )
