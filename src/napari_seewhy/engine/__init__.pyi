from .events import (
    Cancelled as Cancelled,
    Event as Event,
    Failed as Failed,
    Finished as Finished,
    Stepped as Stepped,
    Warned as Warned,
)
from .runner import TaskRunner as TaskRunner
from .workers import (
    WorkerOptions as WorkerOptions,
    open_workers as open_workers,
    spread_steps as spread_steps,
)
