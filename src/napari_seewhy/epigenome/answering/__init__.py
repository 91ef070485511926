"""Answering: the class of each gene and where the networks looked."""
