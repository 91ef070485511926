"""Tracks of chromatin and methylation, read for the window about each gene."""
