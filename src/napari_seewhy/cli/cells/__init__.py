"""Commands about cells: segment, crop, classify, explain."""
