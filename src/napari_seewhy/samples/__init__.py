"""Samples: pictures to classify, kept in one HDF5 file with their targets, groups and origins."""
