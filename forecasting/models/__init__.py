"""The models, and the protocol they share: a frozen spec fits a whole panel in one call.

A new model is one file in this folder and one line in `MODELS`.
"""

from forecasting.models.ets import ExponentialSmoothing
from forecasting.models.naive import DampedNaive
from forecasting.models.protocol import Failure, Fitted, Model
from forecasting.models.sarima import Airline
from forecasting.models.theta import Theta

#: Every model by its name.
MODELS: dict[str, Model] = {model.name: model for model in (ExponentialSmoothing(), Theta(), Airline(), DampedNaive())}
#: Stands in where every member dropped out; always reported.
FALLBACK = "naive"

__all__ = ["FALLBACK", "MODELS", "Failure", "Fitted", "Model"]
