"""The batch models, and the protocol they share: a frozen spec fits a whole panel in one call.

A new model is one file in this folder and one line in `MODELS`.
"""

from forecasting.models.arima import SeasonalArima
from forecasting.models.complex_smoothing import ComplexSmoothing
from forecasting.models.harmonic import HarmonicTrend
from forecasting.models.naive import SeasonalNaive
from forecasting.models.protocol import Failure, Fitted, Model
from forecasting.models.smoothing import ExponentialSmoothing
from forecasting.models.theta import Theta

#: Every batch model by its name.
MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        ExponentialSmoothing(),
        Theta(),
        ComplexSmoothing(),
        SeasonalArima(),
        HarmonicTrend(),
        SeasonalNaive(),
    )
}

__all__ = ["MODELS", "Failure", "Fitted", "Model"]
