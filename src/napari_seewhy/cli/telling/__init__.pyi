from .batch import report_batch as report_batch, run_batch as run_batch
from .option_flags import flags as flags
from .report import (
    DEFAULT_REPORTING as DEFAULT_REPORTING,
    OutputFiles as OutputFiles,
    Reporting as Reporting,
    printable as printable,
    show_error as show_error,
)
