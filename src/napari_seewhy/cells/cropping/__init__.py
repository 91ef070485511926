"""Cropping: one window about each cell, as samples for training or prediction."""
