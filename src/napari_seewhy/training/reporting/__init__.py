"""Reporting: the evaluation page and the files beside a model."""
