from .curves import Curves as Curves
from .name_line import NameLine as NameLine
from .train_dock import TrainDock as TrainDock
from .training_view import TrainingView as TrainingView
