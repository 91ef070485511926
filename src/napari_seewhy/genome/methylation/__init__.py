"""Methylation as sequencing programs write it: read, checked and turned into a track."""
