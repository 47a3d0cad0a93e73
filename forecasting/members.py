"""Who speaks in a projection: names only, so that a plan can be made before any model is loaded."""

#: The default ensemble, equal weights; each a different view of the same months. Chosen among the batch
#: models on M1 and the US states, see docs/accuracy.md.
MEMBERS = ("theta", "ces", "arima", "harmonic")
#: Stands in where a member left the plausible range or dropped out; always reported.
FALLBACK = "naive"
#: Their weights where totals over years count, chosen on US states before 2015 and on M1, see docs/accuracy.md.
TOTAL_WEIGHTS = {"arima": 1 / 6, "ces": 1 / 6, "harmonic": 1 / 6, "theta": 0.5}
