"""Pairing: which marker image belongs to which phase-contrast image."""
