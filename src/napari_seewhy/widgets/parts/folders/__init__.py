"""The row of a task that works through a folder."""
