from .look import (
    Look as Look,
    change_letters as change_letters,
    find_genes as find_genes,
    find_observed as find_observed,
    look_steps as look_steps,
)
from .paint import PaintOptions as PaintOptions, paint_genome_steps as paint_genome_steps
