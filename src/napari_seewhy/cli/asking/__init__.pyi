from .gather import gather_samples as gather_samples
from .learning import (
    DEFAULT_SUBJECT as DEFAULT_SUBJECT,
    SPLIT_FLAGS as SPLIT_FLAGS,
    ChosenSamples as ChosenSamples,
    Subject as Subject,
    check_model_path as check_model_path,
    choose_samples as choose_samples,
    describe_report as describe_report,
    run_learning as run_learning,
    with_figures as with_figures,
)
from .model_input import find_model as find_model, fitting_samples as fitting_samples
from .old_flags import translate_old_flags as translate_old_flags
from .plan import (
    ONE_PROCESS as ONE_PROCESS,
    WORKER_FLAGS as WORKER_FLAGS,
    ChosenImages as ChosenImages,
    DeclaredFlags as DeclaredFlags,
    check_out_folder as check_out_folder,
    plan_jobs as plan_jobs,
    work_on_images as work_on_images,
)
from .sample_input import (
    DEFAULT_IMPORTING as DEFAULT_IMPORTING,
    Importing as Importing,
    opening_samples as opening_samples,
)
