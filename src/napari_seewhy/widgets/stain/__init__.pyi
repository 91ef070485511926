from .compare import CompareMode as CompareMode
