"""Drawing: one picture per gene from the tracks."""
