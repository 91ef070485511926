"""Fields of stained cells: fluorescence images with nuclei, cells and phases known."""
