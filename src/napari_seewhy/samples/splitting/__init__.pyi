from .options import SplitOptions as SplitOptions
from .split import fold_samples as fold_samples, split_samples as split_samples
from .three_sets import Split as Split
