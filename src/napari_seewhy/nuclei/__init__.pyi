from .card import SegmenterCard as SegmenterCard
from .finder import Elsewhere as Elsewhere, Finder as Finder, FoundNuclei as FoundNuclei
from .labelled_image import LabelledImage as LabelledImage
from .learning.options import SegmenterOptions as SegmenterOptions
from .learning.pairs import (
    FoundPairs as FoundPairs,
    OpenPair as OpenPair,
    Pair as Pair,
    find_pairs as find_pairs,
)
from .learning.plan import TrainPlan as TrainPlan, plan_training as plan_training
from .learning.train import (
    finish_segmenter_steps as finish_segmenter_steps,
    train_segmenter_steps as train_segmenter_steps,
)
from .spread import find_rows_steps as find_rows_steps
