from .checkpoint import (
    Checkpoint as Checkpoint,
    check_same as check_same,
    checkpoint_path as checkpoint_path,
    find_checkpoint as find_checkpoint,
    load_checkpoint as load_checkpoint,
)
from .learner import Weights as Weights, copy_weights as copy_weights
from .lesson import Score as Score
from .loader import Batch as Batch, Loader as Loader, weigh_classes as weigh_classes
from .loop import loop_steps as loop_steps
from .loop_options import (
    Averaging as Averaging,
    LearningRate as LearningRate,
    LoopOptions as LoopOptions,
    Patience as Patience,
    WeightDecay as WeightDecay,
)
from .runtimes import find_runtime as find_runtime
from .seeds import derive_seed as derive_seed, seeded as seeded
from .session import (
    Course as Course,
    Session as Session,
    is_finished as is_finished,
    keep_nothing as keep_nothing,
    train_to_file_steps as train_to_file_steps,
    unreported_path as unreported_path,
)
from .step import TrainStep as TrainStep
