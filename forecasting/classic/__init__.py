"""Statsmodels' models behind the protocol of the batch models, for the statistician: well known, one series a time.

A new model is one file in this folder and one line in `CLASSIC`.
"""

from forecasting.classic.components import Components
from forecasting.classic.ets import Ets
from forecasting.classic.sarimax import Sarimax
from forecasting.classic.stl import Stl
from forecasting.classic.theta import Theta
from forecasting.models.protocol import Model

#: Every statsmodels model by its name.
CLASSIC: dict[str, Model] = {model.name: model for model in (Ets(), Sarimax(), Components(), Theta(), Stl())}

__all__ = ["CLASSIC"]
