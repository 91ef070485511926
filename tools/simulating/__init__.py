"""Draw images and tracks whose truth is known: fields of cells, dishes, an epigenome."""
