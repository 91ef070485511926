"""Telling: progress bars, outcomes and errors of a command."""
