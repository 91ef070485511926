from .listing import list_genes as list_genes, list_peaks_of_worth as list_peaks_of_worth
from .worth import (
    BaseOptions as BaseOptions,
    Worth as Worth,
    explain_bases_steps as explain_bases_steps,
    write_worth as write_worth,
)
