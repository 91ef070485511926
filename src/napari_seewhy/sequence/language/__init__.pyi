from .adopting import adopt_weights as adopt_weights
from .entropy import (
    EntropyOptions as EntropyOptions,
    measure_entropy_steps as measure_entropy_steps,
    write_entropy as write_entropy,
)
from .looking import (
    expect_letters_steps as expect_letters_steps,
    look_expected_steps as look_expected_steps,
)
from .scoring import (
    ScoreOptions as ScoreOptions,
    Scores as Scores,
    list_columns as list_columns,
    score_changes_steps as score_changes_steps,
    write_changes as write_changes,
)
from .writing import (
    WrittenDna as WrittenDna,
    write_dna_steps as write_dna_steps,
    write_written as write_written,
)
