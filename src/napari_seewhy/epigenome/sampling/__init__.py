"""Sampling: gene pictures as samples for training, whole or by halves."""
