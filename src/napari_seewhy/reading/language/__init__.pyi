from .card import (
    LanguageCard as LanguageCard,
    LanguageModel as LanguageModel,
    load_language as load_language,
)
from .generation import generate_steps as generate_steps
from .model import LanguageReader as LanguageReader
from .options import (
    GenerateOptions as GenerateOptions,
    LanguageOptions as LanguageOptions,
)
from .reading import (
    positional_entropies_steps as positional_entropies_steps,
    read_letters_steps as read_letters_steps,
    score_sequences_steps as score_sequences_steps,
)
from .train import learn_language_steps as learn_language_steps
