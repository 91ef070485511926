"""Preflight: whether a model fits the samples it is asked about."""
