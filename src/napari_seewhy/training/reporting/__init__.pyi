from .model_report import write_model_report as write_model_report
from .report import (
    report_paths as report_paths,
    report_steps as report_steps,
)
