"""An epigenome: genes and tracks in which the effect on every gene is known."""
