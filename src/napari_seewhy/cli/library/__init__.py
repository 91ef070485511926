"""Commands about model files: models list, show, export."""
