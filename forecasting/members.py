"""Who speaks in a projection: names only, so that a plan can be made before any model is loaded."""

#: The default ensemble, equal weights; each a different view of the same months. Chosen among the batch
#: models on M1 and the US states, see docs/accuracy.md.
MEMBERS = ("theta", "ces", "arima", "harmonic")
#: Stands in where a member left the plausible range or dropped out; always reported.
FALLBACK = "naive"
