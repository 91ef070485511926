"""Separating: which pair of measurements tells two classes apart."""
