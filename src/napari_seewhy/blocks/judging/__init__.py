"""Judging: a virtual stain beside the real one."""
