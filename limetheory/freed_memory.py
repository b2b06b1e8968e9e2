"""Keep what a network frees: glibc hands large blocks back to the kernel, which clears them for the next layer."""

from __future__ import annotations

import ctypes
import os
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of malloc.h
_NANNY = ("MALLOC_TRIM_THRESHOLD_", "65536")  # what Dask sets for every worker, unless its configuration says otherwise
_KEPT_BYTES = 1 << 30  # how much freed memory is kept: 1 GiB; a convention, above what a layer of a network takes


@cache
def kept_freed_memory() -> bool:
    """Let malloc keep up to 1 GiB that is freed, for good and for the whole process; whether it does.

    A convolutional network frees tens of megabytes after every layer and asks for as much. On a CPU it takes a fifth
    to a third less time if these pages are not mapped and cleared anew. Where malloc is not glibc's, or where the
    environment tunes it (``MALLOC_…``, ``GLIBC_TUNABLES``), everything stays as it is. What Dask sets for its workers
    does not count: it returns all freed memory at once, with which networks take twice as long.
    """
    tuned = any(
        name == "GLIBC_TUNABLES" or (name.startswith("MALLOC_") and (name, value) != _NANNY)
        for name, value in os.environ.items()
    )
    mallopt = None if tuned or os.name != "posix" else getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _KEPT_BYTES)) and bool(mallopt(_TRIM_THRESHOLD, _KEPT_BYTES))
