"""Asking: from the words of a command to jobs, samples and models."""
