"""Choices of layers, and what is read from and written to them."""
