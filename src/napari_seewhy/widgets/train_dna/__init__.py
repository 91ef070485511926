"""The dock widget *Train on DNA*."""
