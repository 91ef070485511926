"""The dock widget *Explain cells*."""
