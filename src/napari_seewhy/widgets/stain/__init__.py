"""The dock widget *Virtual immunostaining*."""
