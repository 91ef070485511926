"""What napari opens and saves through this package; knows neither Qt nor napari."""
