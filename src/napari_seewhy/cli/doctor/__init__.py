"""The command `seewhy doctor`: what this computer offers and what is missing."""
