"""Epigenome: pictures of genes drawn from tracks, split, classified in two stages, reviewed."""
