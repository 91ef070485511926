"""Cells clicked, picked and outlined in the viewer."""
