"""The pages: one script each. They draw what `targets` and `forecasting` computed."""
