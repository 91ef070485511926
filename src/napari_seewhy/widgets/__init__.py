"""The dock widgets: the only room that knows Qt and napari."""
