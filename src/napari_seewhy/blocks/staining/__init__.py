"""Staining: the virtual stain of a field, its outputs and explanations."""
