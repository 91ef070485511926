"""Importing: samples from folders, tables of images and NPZ files."""
