from .augment_options import (
    AUGMENTATIONS as AUGMENTATIONS,
    AugmentationName as AugmentationName,
    AugmentOptions as AugmentOptions,
)
from .course import ClassCourse as ClassCourse
from .finished import find_finished as find_finished
from .fit import fit_steps as fit_steps
from .options import (
    TrainOptions as TrainOptions,
)
from .plan import (
    SampleOverview as SampleOverview,
    TrainingPlan as TrainingPlan,
    plan_training as plan_training,
)
from .question import Question as Question, pose_question_steps as pose_question_steps
from .retrain import Retrain as Retrain
from .tasks import (
    LibraryJob as LibraryJob,
    StoredModel as StoredModel,
    Trained as Trained,
    TrainJob as TrainJob,
    finish_early_steps as finish_early_steps,
    free_name as free_name,
    propose_steps as propose_steps,
    train_steps as train_steps,
)
