"""From DNA to coverage: windows of a genome, predicted tracks, and what each base is worth."""
