"""Nuclei found by a network: what it takes, what it says, and how that becomes labels."""
