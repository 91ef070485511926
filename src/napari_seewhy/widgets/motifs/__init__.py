"""The dock widget *Conserved motifs*."""
