"""See what a network sees in cells and epigenomes; `docs/reference/definitions.md` has the terms.

Importing this package loads nothing but its version: the rooms are imported by name.
"""

__version__ = "0.1.0"
