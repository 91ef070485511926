"""Running: devices, precision and prediction."""
