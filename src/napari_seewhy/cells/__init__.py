"""Cells: found, tidied, measured and cropped."""
