"""Tuning: Bayesian search over options, resumable and shared by several processes."""
