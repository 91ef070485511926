"""The dock widget *Classify cells*."""
