"""The dock widget *Train classifier*."""
