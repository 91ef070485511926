from .agreement import (
    CONSENSUS as CONSENSUS,
    Agreement as Agreement,
    agreed_classes as agreed_classes,
    compare_readers as compare_readers,
)
from .halves import split_pictures_steps as split_pictures_steps
from .look import (
    PictureLook as PictureLook,
    compare_looks as compare_looks,
    find_differences as find_differences,
    look_at as look_at,
)
from .options import (
    HALVES as HALVES,
    InputKind as InputKind,
    PictureInputOptions as PictureInputOptions,
)
from .reader import GeneBlock as GeneBlock, GeneReader as GeneReader
from .samples import import_pictures_steps as import_pictures_steps
