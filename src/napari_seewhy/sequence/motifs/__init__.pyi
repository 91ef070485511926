from .alignments import read_alignments as read_alignments
from .conserving import (
    ConserveOptions as ConserveOptions,
    conserve_steps as conserve_steps,
)
from .matrices import read_matrices as read_matrices
from .scanning import MotifOptions as MotifOptions, scan_steps as scan_steps
from .writing import (
    count_alignments as count_alignments,
    list_too_short as list_too_short,
    write_conserved as write_conserved,
    write_scan as write_scan,
)
