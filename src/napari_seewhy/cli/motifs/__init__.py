"""Commands about motifs of transcription factors: motifs scan, conserve."""
