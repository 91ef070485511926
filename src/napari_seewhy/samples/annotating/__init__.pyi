from .annotations import (
    Annotations as Annotations,
    open_annotated as open_annotated,
    sidecar_path as sidecar_path,
)
from .proposals import Proposals as Proposals
from .queue import AnnotationQueue as AnnotationQueue
