"""Explaining: where the network looked in each cell, as heatmaps and as attention."""
