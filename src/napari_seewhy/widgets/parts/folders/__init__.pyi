from .line import FolderLine as FolderLine
from .view import FolderView as FolderView
