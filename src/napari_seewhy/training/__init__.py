"""Training: fit, tune, evaluate, and the record of it."""
