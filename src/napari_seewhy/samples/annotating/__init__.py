"""Annotating: answers of a person, kept beside the sample set."""
