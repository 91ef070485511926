"""Judging: metrics with intervals, calibration, cross-validation."""
