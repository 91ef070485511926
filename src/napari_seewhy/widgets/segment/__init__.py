"""The dock widget *Segment cells*."""
