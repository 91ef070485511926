"""Model files: written, read, and listed in a library."""
