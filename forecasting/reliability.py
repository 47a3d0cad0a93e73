"""How often earlier statements about the stock of a panel held: what a probability on the page is worth.

    statement of origin t, horizon h: with a certainty of 80 % the stock of an area will be at least q,
    q = 20 % quantile of its calibrated paths;   it held if the stock observed at t + h reached q

Statements are made as they would have been then, calibrated by earlier origins only. Those of neighbouring origins and
areas overlap, so their number overstates how much was learnt.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from forecasting.calibration import SEASON
from forecasting.flows import Step
from forecasting.panel import Panel
from forecasting.stockflow import rolled

#: Certainty of a statement: what people call 八成把握.
CERTAINTY = 0.8


@dataclass
class Statements:
    """Earlier statements about one panel, gathered origin by origin.

    Parameters
    ----------
    panel : Panel
        As far as the last origin; statements are settled by its stock.
    """

    panel: Panel
    _held: dict[int, list[bool]] = field(default_factory=dict, init=False)

    def take(self, step: Step) -> None:
        """Settle what was said from one origin, for every whole year ahead that has ended.

        Parameters
        ----------
        step : Step
            Rows 0 ... n - 1 are entries, n ... 2 n - 1 exit rates of the n series.
        """
        n, months = self.panel.n_series, len(self.panel.months)
        horizon = min(step.paths.shape[2], months - 1 - step.origin)
        place = {int(row): position for position, row in enumerate(step.rows)}
        series = [row for row in range(n) if row in place and row + n in place]
        opening = self.panel.stock[series, step.origin]
        entries = step.paths[[place[row] for row in series], :, :horizon]
        hazard = np.minimum(step.paths[[place[row + n] for row in series], :, :horizon], 1.0)
        _, _, stock = rolled(np.nan_to_num(opening), entries, hazard, np.zeros_like(entries))
        areas = self.panel.keys["area"].to_numpy()
        for area in dict.fromkeys(areas.tolist()):
            whole = np.flatnonzero(areas == area)
            own = [position for position, row in enumerate(series) if areas[row] == area]
            if len(own) < len(whole) or np.isnan(opening[own]).any():
                continue
            for h in range(SEASON, horizon + 1, SEASON):
                came = self.panel.stock[whole, step.origin + h].sum()
                if np.isfinite(came):
                    promised = np.quantile(stock[own, :, h - 1].sum(axis=0), 1.0 - CERTAINTY)
                    self._held.setdefault(h, []).append(bool(came >= promised))

    def record(self) -> dict[str, object]:
        """Return the counts, JSON-compatible.

        Returns
        -------
        dict
            `certainty`, and by months ahead `made` and `held`; empty where nothing could be settled.
        """
        if not self._held:
            return {}
        return {
            "certainty": CERTAINTY,
            "statements": [
                {"horizon": horizon, "made": len(held), "held": sum(held)}
                for horizon, held in sorted(self._held.items())
            ],
        }
