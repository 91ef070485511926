"""Blocks: fields cut into blocks, virtual immunostaining, and the differentiation efficiency."""
