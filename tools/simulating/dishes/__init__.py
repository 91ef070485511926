"""Dishes of cardiomyocytes: phase contrast and a marker whose truth is known."""
