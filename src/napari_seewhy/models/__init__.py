"""Models: networks, the file that describes itself, devices and prediction."""
