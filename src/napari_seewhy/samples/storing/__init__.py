"""Storing: the HDF5 file of samples, written and read in bounded memory."""
