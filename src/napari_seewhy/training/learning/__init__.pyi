from .balance import weigh_classes as weigh_classes
from .checkpoint import (
    Checkpoint as Checkpoint,
    check_same as check_same,
    checkpoint_path as checkpoint_path,
    find_checkpoint as find_checkpoint,
    load_checkpoint as load_checkpoint,
    save_checkpoint as save_checkpoint,
)
from .learner import Learner as Learner, Weights as Weights, copy_weights as copy_weights
from .lesson import Score as Score
from .loader import Batch as Batch, Loader as Loader
from .loop import Progress as Progress, loop_steps as loop_steps, resume_learner as resume_learner
from .loop_options import (
    Averaging as Averaging,
    LearningRate as LearningRate,
    LoopOptions as LoopOptions,
    Patience as Patience,
    WeightDecay as WeightDecay,
)
from .runtimes import find_runtime as find_runtime, make_fabric as make_fabric
from .seeds import derive_seed as derive_seed, seeded as seeded
from .several import (
    is_one_of_several as is_one_of_several,
    run_on_several_steps as run_on_several_steps,
)
from .step import TrainStep as TrainStep
