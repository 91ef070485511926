"""The classes of cells: asked for and shown."""
