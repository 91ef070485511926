from .card import SegmenterCard as SegmenterCard
from .finder import Elsewhere as Elsewhere, Finder as Finder, FoundNuclei as FoundNuclei
from .labelled_image import LabelledImage as LabelledImage
from .pairs import (
    FoundPairs as FoundPairs,
    OpenPair as OpenPair,
    Pair as Pair,
    find_pairs as find_pairs,
)
from .spread import find_rows_steps as find_rows_steps
from .train import (
    finish_segmenter_steps as finish_segmenter_steps,
    train_segmenter_steps as train_segmenter_steps,
)
from .train_options import SegmenterOptions as SegmenterOptions
from .train_plan import TrainPlan as TrainPlan, plan_training as plan_training
