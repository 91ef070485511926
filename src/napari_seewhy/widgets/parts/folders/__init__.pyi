from .line import FolderLine as FolderLine
from .row import FolderRow as FolderRow
