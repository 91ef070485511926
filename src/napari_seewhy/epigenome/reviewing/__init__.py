"""Reviewing: the readers' own calls, their agreement, and the list on the screen."""
