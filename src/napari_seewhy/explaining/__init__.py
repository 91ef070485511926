"""What a network looked at: heatmaps, and the attention that they show as numbers."""
