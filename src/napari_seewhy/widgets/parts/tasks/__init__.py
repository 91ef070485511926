"""Tasks: their state, the row with its bar and buttons, the next step."""
