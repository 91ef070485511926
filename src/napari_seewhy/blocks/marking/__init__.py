"""Marking: positive blocks from a fluorescent marker."""
