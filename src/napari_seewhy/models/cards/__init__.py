"""Cards: what a model file says of itself."""
