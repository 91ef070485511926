from .amplified_training import (
    compare_with_learned as compare_with_learned,
    write_drawn as write_drawn,
)
from .compare import compare_with_without_steps as compare_with_without_steps
from .compare_options import CompareOptions as CompareOptions
from .generate_options import GeneratorOptions as GeneratorOptions
from .generation import generate as generate
from .honesty import Likeness as Likeness
from .honesty_page import write_honesty_page as write_honesty_page
from .train import train_generator_steps as train_generator_steps
from .verdict import Comparison as Comparison
