"""The choice of a sample file."""
