"""The dock widget *Plot cells*."""
