"""Choices of models, and whether one fits."""
