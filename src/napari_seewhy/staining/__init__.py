"""Staining: the network that paints a virtual immunostaining, and how it is trained."""
