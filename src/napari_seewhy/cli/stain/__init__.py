"""Commands about virtual stains: stain train, apply, evaluate."""
