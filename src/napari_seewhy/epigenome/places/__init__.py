"""Where genes lie, and how positions become columns of a picture."""
