from .aligning import are_of_one_species_each as are_of_one_species_each
from .conserving import (
    Conserved as Conserved,
    ConserveOptions as ConserveOptions,
    conserve_steps as conserve_steps,
)
from .matrices import (
    SHIPPED_MATRICES as SHIPPED_MATRICES,
    Matrix as Matrix,
    find_matrices as find_matrices,
    read_matrices as read_matrices,
)
from .promoters import (
    PromoterOptions as PromoterOptions,
    cut_promoters_steps as cut_promoters_steps,
)
from .scanning import (
    MotifOptions as MotifOptions,
    list_too_short as list_too_short,
    scan_steps as scan_steps,
)
from .searching import (
    PromoterSource as PromoterSource,
    Search as Search,
    find_alignments as find_alignments,
    read_promoters_steps as read_promoters_steps,
    search_steps as search_steps,
)
from .under_peaks import (
    PeakOptions as PeakOptions,
    UnderPeaks as UnderPeaks,
    enrich_peaks_steps as enrich_peaks_steps,
    find_under_peaks_steps as find_under_peaks_steps,
)
from .writing import (
    count_alignments as count_alignments,
    tabulate_conserved as tabulate_conserved,
    write_conserved as write_conserved,
    write_promoters as write_promoters,
    write_scan as write_scan,
)
