"""Fitting: a classifier from samples to a finished model."""
