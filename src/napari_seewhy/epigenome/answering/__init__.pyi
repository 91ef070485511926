from .classify import (
    ClassifiedGenes as ClassifiedGenes,
    classify_genes_steps as classify_genes_steps,
)
from .contours import CONTOUR_LEVELS as CONTOUR_LEVELS, find_contours as find_contours
from .explain import ExplainedGenes as ExplainedGenes, explain_genes_steps as explain_genes_steps
from .files import (
    CLASSIFY_VERB as CLASSIFY_VERB,
    EXPLAIN_VERB as EXPLAIN_VERB,
    GeneWork as GeneWork,
)
from .options import (
    ClassifyGenesOptions as ClassifyGenesOptions,
    ExplainGenesOptions as ExplainGenesOptions,
)
