"""Targeting: where the class of each sample comes from."""
