"""Events: dated facts that change a series for a known reason, and how they change it (METHODS 2.5).

    mask: the months are missing for the models    pulse: x = 1 from start to end
    step: x = 1 from start on                       ramp: x rises evenly over start..end to 1 and stays
    none: only shown

The size of a pulse, step or ramp is estimated (`forecasting.regression`). Box & Tiao (1975), Intervention analysis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import SchemaError

Array = NDArray[np.float64]

EVENT_KINDS = {
    "policy": "政策",
    "campaign": "集中行动",
    "lockdown": "疫情管控",
    "purge": "集中清理",
    "shift": "水平变化",
}
EFFECTS = {"mask": "不作依据", "pulse": "当月增减", "step": "水平改变", "ramp": "逐步改变", "none": "仅提示"}
FLOWS = ("entries", "exits")


@dataclass(frozen=True)
class Event:
    """A dated event of one area.

    Parameters
    ----------
    id : str
        Key, ASCII.
    area : str
        GB/T 2260 code; the event holds for every area whose code begins with the significant digits of this one
        (140000 covers 141033; 100000 covers the mainland).
    entity_type : str
        `all` or one type.
    kind : str
        One of `EVENT_KINDS`.
    start, end : pandas.Period
        First and last month, frequency M.
    title : str
        Chinese, shown to users.
    effect : str
        One of `EFFECTS`.
    flows : tuple of str
        Flows (`entries`, `exits`) it has that effect on.
    is_administrative : bool
        True for acts of the register itself, which are excluded from pace and shown.
    document_number, source, note : str
        Where it stands.
    is_simulated : bool
        True in demonstration data.

    Raises
    ------
    SchemaError
        If a field is not one of the above.
    """

    id: str
    area: str
    entity_type: str
    kind: str
    start: pd.Period
    end: pd.Period
    title: str
    effect: str = "none"
    flows: tuple[str, ...] = ()
    is_administrative: bool = False
    document_number: str = ""
    source: str = ""
    note: str = ""
    is_simulated: bool = False

    def __post_init__(self) -> None:
        if self.kind not in EVENT_KINDS:
            raise SchemaError(f"事件 {self.id}：类别“{self.kind}”不在 {'、'.join(EVENT_KINDS)} 之内。请更正。")
        if self.end < self.start:
            raise SchemaError(f"事件 {self.id}：结束月 {self.end} 早于开始月 {self.start}。请更正。")
        if self.effect not in EFFECTS:
            raise SchemaError(f"事件 {self.id}：影响方式“{self.effect}”不在 {'、'.join(EFFECTS)} 之内。请更正。")
        unknown = set(self.flows) - set(FLOWS)
        if unknown:
            raise SchemaError(
                f"事件 {self.id}：flows 中的“{'、'.join(sorted(unknown))}”不是 entries 或 exits。请更正。"
            )
        if self.effect != "none" and not self.flows:
            raise SchemaError(
                f"事件 {self.id}：影响方式为 {self.effect}，但未填影响的数据（flows）。"
                "请填 entries、exits 或两者，只提示不计算的填 none。"
            )

    @property
    def masks(self) -> tuple[str, ...]:
        """Flows whose months are not evidence of the ordinary course."""
        return self.flows if self.effect == "mask" else ()

    def shape(self, months: pd.PeriodIndex) -> Array:
        """Return the course of the effect, relative to its full size.

        Parameters
        ----------
        months : pandas.PeriodIndex
            Frequency M; past or future.

        Returns
        -------
        ndarray, shape (n_months,)
            In [0, 1]; all 0 for an event that is masked or only shown.
        """
        since = np.asarray(months.astype("int64") - self.start.ordinal + 1, dtype=float)
        length = self.end.ordinal - self.start.ordinal + 1
        if self.effect == "pulse":
            return np.asarray((since >= 1) & (since <= length), dtype=float)
        if self.effect == "step":
            return np.asarray(since >= 1, dtype=float)
        if self.effect == "ramp":
            return np.asarray(np.clip(since / length, 0.0, 1.0))
        return np.zeros(len(months))

    def covers(self, area: str, entity_type: str) -> bool:
        """Whether the event holds for a series, by the prefix of the area code.

        Parameters
        ----------
        area, entity_type : str
            Key of the series.

        Returns
        -------
        bool
        """
        if entity_type != self.entity_type and self.entity_type != "all":
            return False
        if self.area == "100000":
            # Registers of their own: what happens to the mainland's says nothing of theirs.
            return area[:2] not in ("71", "81", "82")
        digits = self.area.rstrip("0") if len(self.area) == 6 else self.area
        # Codes go by pairs of digits: 141000 is "1410", not "141".
        return area.startswith(digits + "0" * (len(digits) % 2 if len(self.area) == 6 else 0))


def concerned(event: Event, keys: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the series that an event covers.

    Parameters
    ----------
    event : Event
    keys : pandas.DataFrame
        Columns area, entity_type; one row a series.

    Returns
    -------
    ndarray of bool, shape (n_series,)
    """
    return np.array([event.covers(str(row.area), str(row.entity_type)) for row in keys.itertuples()], dtype=bool)
