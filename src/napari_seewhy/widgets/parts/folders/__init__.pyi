from .conditions import ConditionLine as ConditionLine
from .line import FolderLine as FolderLine
from .places import PlaceTable as PlaceTable, count_places as count_places
from .view import FolderView as FolderView
