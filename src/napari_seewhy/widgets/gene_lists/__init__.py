"""The dock widget *Gene lists*."""
