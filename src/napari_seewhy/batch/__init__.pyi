from .outcome import (
    Outcome as Outcome,
    Result as Result,
    count_outcomes as count_outcomes,
    gather_warnings as gather_warnings,
)
from .own_process import (
    WAITING as WAITING,
    prepare_process as prepare_process,
    return_memory as return_memory,
)
from .processes import Processes as Processes, name_threads as name_threads
from .records import (
    check_owner as check_owner,
    is_up_to_date as is_up_to_date,
    read_output_record as read_output_record,
)
from .run import BatchStep as BatchStep, keep_work as keep_work, run_steps as run_steps
from .work import Portable as Portable, Spread as Spread, Work as Work
from .workers import Workers as Workers
