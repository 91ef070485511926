"""See what a network sees in cells and epigenomes; see `docs/definitions.md` for its words.

Importing this package loads nothing but its version: the rooms are imported by name.
"""

__version__ = "0.1.0"
