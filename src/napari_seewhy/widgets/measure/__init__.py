"""The dock widget *Measure cells*."""
