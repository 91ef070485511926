from .job import (
    BaselineStep as BaselineStep,
    DnaTrainJob as DnaTrainJob,
    StoredReader as StoredReader,
    train_dna_job_steps as train_dna_job_steps,
)
