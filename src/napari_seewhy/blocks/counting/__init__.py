"""Counting: positive blocks, the differentiation efficiency and its interval."""
