"""The dock widget *Read DNA*."""
