"""The dock widget *Tidy cells*."""
