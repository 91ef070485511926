from .annotations import Annotations as Annotations
from .proposals import Proposals as Proposals
from .queue import AnnotationQueue as AnnotationQueue
