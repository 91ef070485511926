from .job import (
    StainTrainJob as StainTrainJob,
    StoredStain as StoredStain,
    train_job_steps as train_job_steps,
)
from .train import train_stains_steps as train_stains_steps
