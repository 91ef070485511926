"""The command seewhy."""
