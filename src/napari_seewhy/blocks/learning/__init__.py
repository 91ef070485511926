"""Learning: a virtual stain from pairs of images."""
