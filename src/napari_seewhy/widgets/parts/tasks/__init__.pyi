from .dock import fill_dock as fill_dock
from .late_tab import LateTab as LateTab
from .next_steps import NextSteps as NextSteps, open_widget as open_widget
from .pace import Pace as Pace
from .state import ViewerState as ViewerState, plain_viewer as plain_viewer, state_of as state_of
from .task_row import TaskRow as TaskRow
from .train_row import TrainRow as TrainRow
