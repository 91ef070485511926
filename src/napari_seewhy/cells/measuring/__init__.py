"""Measuring: one row of shapes, intensities and textures per label."""
