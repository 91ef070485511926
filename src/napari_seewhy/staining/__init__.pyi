from .block_scores import (
    BlockJudge as BlockJudge,
    BlockScores as BlockScores,
    judge_blocks as judge_blocks,
)
from .card import StainCard as StainCard, StainModel as StainModel, load_stain as load_stain
from .explained_block import explain_block as explain_block
from .grid import (
    BlockGrid as BlockGrid,
    paint_blocks as paint_blocks,
    positive_area as positive_area,
)
from .predict import (
    StainedPixels as StainedPixels,
    stain_pixels_steps as stain_pixels_steps,
)
from .stain_field import StainField as StainField
from .stain_options import SMALL as SMALL, StainOptions as StainOptions
from .stain_plan import StainSource as StainSource
from .train import train_stain_steps as train_stain_steps
