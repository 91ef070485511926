from .decision_tree import DecisionTree as DecisionTree, Node as Node, find_tree as find_tree
from .half_table import compare_halves_steps as compare_halves_steps
from .inputs import TreeInputs as TreeInputs, opening_inputs as opening_inputs
from .library import (
    SHIPPED_TREES as SHIPPED_TREES,
    KnownTree as KnownTree,
    list_trees as list_trees,
    locate_tree as locate_tree,
)
from .options import TreeOptions as TreeOptions
from .report import TreeReport as TreeReport
from .train_options import (
    GeneNetworkOptions as GeneNetworkOptions,
    GeneTrainOptions as GeneTrainOptions,
)
from .train_tree import (
    describe_need as describe_need,
    is_trainable as is_trainable,
    train_reviewed_steps as train_reviewed_steps,
    train_tree_steps as train_tree_steps,
)
from .two_stage import (
    GENE_NETWORK as GENE_NETWORK,
    GENE_TRAINING as GENE_TRAINING,
    HALVES as HALVES,
    TrainedTree as TrainedTree,
    TreeTraining as TreeTraining,
    half_name as half_name,
    tree_target as tree_target,
)
from .two_stage_folds import cross_validate_two_stage_steps as cross_validate_two_stage_steps
