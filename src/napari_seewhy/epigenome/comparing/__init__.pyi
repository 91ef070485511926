from .genes import compare_replicates_steps as compare_replicates_steps
from .options import CompareReplicatesOptions as CompareReplicatesOptions
from .replicates import TESTS as TESTS, read_replicates as read_replicates
