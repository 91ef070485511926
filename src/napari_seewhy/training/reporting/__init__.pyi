from .report import (
    report_paths as report_paths,
    report_steps as report_steps,
    write_model_report as write_model_report,
)
