"""Label images: what they must be, their runs of pixels, and how two of them compare."""
