"""The dock widget *Inspect gene pictures*."""
