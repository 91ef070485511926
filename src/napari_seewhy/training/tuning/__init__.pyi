from .options import TuneOptions as TuneOptions
from .search import open_search_steps as open_search_steps
from .tune import tune_steps as tune_steps
