from .job import (
    BaselineStep as BaselineStep,
    DnaTrainJob as DnaTrainJob,
    train_dna_job_steps as train_dna_job_steps,
)
from .language_job import (
    LanguageTrainJob as LanguageTrainJob,
    train_language_job_steps as train_language_job_steps,
)
