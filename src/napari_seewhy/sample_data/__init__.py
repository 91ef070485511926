"""Sample data: fields of cells drawn by a simulator whose truth is known."""
