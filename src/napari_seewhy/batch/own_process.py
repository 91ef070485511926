"""A process of ours: how it waits, how many cores it takes, and what memory it keeps."""

from __future__ import annotations

import ctypes
import functools
import os
import sys

_KEEPING = {-4: 0, -1: 2**31 - 1, -8: 1}
"""Settings of glibc by their numbers in its ``malloc.h``: no array gets a mapping of its own
(M_MMAP_MAX), the end of the heap is kept (M_TRIM_THRESHOLD), all threads share one heap
(M_ARENA_MAX)."""

WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "20000"}
"""How threads of OpenMP wait for each other: some ten microseconds awake, as the next layer of a
network follows at once, and then asleep, as another program may need the core."""


def prepare_process() -> None:
    """Set up a process in which networks run; call it before torch is imported.

    By default glibc gives the memory of every large array back to the system at once, and the next
    layer of a network asks for as much again, which the system fills with zeros page by page: a
    third to a half of the time of a convolution network. So the process keeps what it has, until
    `return_memory`.
    """
    for name, value in WAITING.items():
        os.environ.setdefault(name, value)
    if libc := _glibc():
        for setting in _KEEPING.items():
            libc.mallopt(*setting)


def return_memory() -> None:
    """Give memory that is free back to the system, for instance between two tasks."""
    if libc := _glibc():
        libc.malloc_trim(0)


@functools.cache
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "gnu_get_libc_version") else None
