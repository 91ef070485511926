"""Single planes of pixels: smoothing, uneven light, foreground, and how clumps are cut."""
