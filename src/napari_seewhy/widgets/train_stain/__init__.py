"""The dock widget *Train virtual staining*."""
