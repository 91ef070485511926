"""The viewer: followed, selected in, and told messages."""
