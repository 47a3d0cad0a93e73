"""Panel in, sample paths out.

`project(panel, horizon, ...)` projects a panel of monthly stock and flows; `forecast(y, horizon, ...)` any matrix of
series.
"""

from typing import TYPE_CHECKING

from forecasting.errors import BeizengError, FaultsError, HistoryError, ModelError, SchemaError
from forecasting.events import Event
from forecasting.panel import ENTITY_TYPES, Panel
from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.runs import Run
from forecasting.scenario import Effect, Scenario, apply_scenario
from forecasting.stockflow import project

if TYPE_CHECKING:
    from forecasting.ensemble import forecast

__version__ = "0.1.0"

__all__ = [
    "ENTITY_TYPES",
    "BeizengError",
    "Effect",
    "Event",
    "FaultsError",
    "HistoryError",
    "ModelError",
    "Panel",
    "Paths",
    "Projection",
    "Run",
    "Scenario",
    "SchemaError",
    "apply_scenario",
    "forecast",
    "project",
]


def __getattr__(name: str) -> object:
    """Import `forecast` on first use: the models behind it are slow to import, and most jobs only read projections."""
    if name == "forecast":
        from forecasting.ensemble import forecast

        return forecast
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
