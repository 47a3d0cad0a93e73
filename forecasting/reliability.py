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
from forecasting.panel import Panel
from forecasting.stockwalk import StockStep

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

    def take(self, step: StockStep) -> None:
        """Settle what was said from one origin, for every whole year ahead that has ended.

        Parameters
        ----------
        step : StockStep
        """
        horizon = min(step.stock.shape[2], len(self.panel.months) - 1 - step.origin)
        areas = self.panel.keys["area"].to_numpy()
        for area in dict.fromkeys(areas.tolist()):
            whole = np.flatnonzero(areas == area)
            own = np.flatnonzero(areas[step.rows] == area)
            if len(own) < len(whole):
                continue
            for h in range(SEASON, horizon + 1, SEASON):
                came = self.panel.stock[whole, step.origin + h].sum()
                if np.isfinite(came):
                    promised = np.quantile(step.stock[own, :, h - 1].sum(axis=0), 1.0 - CERTAINTY)
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
