"""Projection of series of which only a few counts are known: year ends, quarters, years to date, figures in the news.

    stock[h] = stock[h-1] + entries[h] - exits[h] + adjustment[h],  stock[0] = opening

Where the last stock was counted before the origin, or rounded, the stock at the origin is uncertain and each path
begins with its own; what it differs by from the best value, `opening`, stands in the first month's adjustment, as any
re-basing does; later ones are what past re-basings allow. Net additions have the spread that earlier projections from
the same counts turned out to need. Fails for a series with no stock, or with one count in all.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from forecasting.panel import KEY
from forecasting.projection import Projection
from forecasting.sparse.counts import panel_of_counts
from forecasting.sparse.planning import SparsePlan, groups


def carry_out_counts(planned: SparsePlan) -> Projection:
    """Compute a planned projection.

    Parameters
    ----------
    planned : SparsePlan

    Returns
    -------
    Projection
        Whole entities. The opening is the best value of the stock at the origin. The scores of its run tell what was
        said of the stock at earlier origins, and how often it held (`forecasting.reliability`).
    """
    # The models take longer to import than most jobs take that only read a projection.
    from forecasting.reliability import Statements
    from forecasting.sparse.rehearsal import walk_counts
    from forecasting.stockwalk import StockStep

    panel = panel_of_counts(planned.counts.merge(_settled(planned)))
    statements, rows = Statements(panel), pd.MultiIndex.from_frame(panel.keys)
    for projection in walk_counts(planned):
        if projection.origin < planned.run.origin:
            place = rows.get_indexer(pd.MultiIndex.from_frame(projection.keys))
            held = place >= 0
            statements.take(
                StockStep(
                    origin=projection.origin.ordinal - panel.months[0].ordinal,
                    rows=place[held],
                    entries=projection.entries.values[held],
                    exits=projection.exits.values[held],
                    stock=projection.stock.values[held],
                    failures=(),
                )
            )
    return replace(projection, run=replace(planned.run, scores=statements.record()))


def _settled(planned: SparsePlan) -> pd.DataFrame:
    """Series of which the stock of an area is made up: that of all entities, where it is one of those projected."""
    keys = pd.DataFrame([(area, kind) for area, kinds, _ in groups(planned.counts) for kind in kinds], columns=KEY)
    is_whole = keys["entity_type"] == "all"
    return keys[is_whole | ~keys["area"].isin(keys["area"][is_whole])]
