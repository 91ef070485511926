"""Generating: drawing more samples of a rare class, and saying honestly what they are worth."""
