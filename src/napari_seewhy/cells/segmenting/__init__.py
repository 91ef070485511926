"""Segmenting: from an image to one label per nucleus or cell."""
