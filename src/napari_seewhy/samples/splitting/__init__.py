"""Splitting: train, stop and report sets that keep groups together."""
