"""Classifying: the class of each cell, with its probabilities."""
