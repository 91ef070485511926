"""The dock widget *Annotate samples*."""
