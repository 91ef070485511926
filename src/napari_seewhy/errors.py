"""What can go wrong, in four kinds; every message says what was got, what was wanted, what to do.

None derives from `RuntimeError`: the generator workers of superqt and napari swallow those.
"""


class SeewhyError(Exception):
    """Anything this package refuses, with one sentence for the person who reads it."""


class FileError(SeewhyError):
    """A file or folder cannot be read or written."""


class OptionError(SeewhyError):
    """An option is unknown, of the wrong type, or out of its bounds."""


class DataError(SeewhyError):
    """Pixels, labels or tables do not fit what was asked of them."""


class TaskError(SeewhyError):
    """A long task broke off: it crashed, ran out of memory or was ended from outside."""


class MissingPackageError(SeewhyError):
    """An optional package is not installed; the message holds the command that installs it."""


class SeewhyWarning(UserWarning):
    """Something was done that the user may not expect; the work continues."""


_MEMORY_WORDS = (
    "out of memory",
    "defaultcpuallocator",
    "cublas_status_alloc_failed",
    "can't allocate memory",
)


def is_memory_short(error: BaseException) -> bool:
    """Whether the memory of the computer or of its GPU was too small, as Python or torch says it.

    Examples
    --------
    >>> is_memory_short(RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"))
    True
    """
    # By its name, because torch must not be loaded for this.
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    said = str(error).lower()
    return isinstance(error, RuntimeError) and any(word in said for word in _MEMORY_WORDS)
