from .efficiency_files import EfficiencyTables as EfficiencyTables
from .efficiency_tables import tabulate_dishes as tabulate_dishes
from .explained_block import (
    BlockPlace as BlockPlace,
    ExplainedBlock as ExplainedBlock,
    explain_block_steps as explain_block_steps,
)
from .marked_stain import MarkedStain as MarkedStain, stain_marked_steps as stain_marked_steps
from .model_scale import (
    TOLERANCE as TOLERANCE,
    find_zoom as find_zoom,
    rescale_phase as rescale_phase,
    sample_nearest as sample_nearest,
)
from .options import ApplyStainOptions as ApplyStainOptions, JudgeStainOptions as JudgeStainOptions
from .stain import Stainer as Stainer
from .stained_image import StainedImage as StainedImage
from .work import (
    VERB as VERB,
    StainedFiles as StainedFiles,
    StainWork as StainWork,
    is_output as is_output,
    stain_files_steps as stain_files_steps,
)
