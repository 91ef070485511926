"""The dock widget *Crop cells*."""
