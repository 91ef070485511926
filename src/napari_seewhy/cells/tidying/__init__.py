"""Tidying: merge, split, delete and draw labels by hand, with undo."""
