"""Single-threaded worker processes, so that two networks do not fight over the cores."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from typing import TypeVar

import torch

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")
_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4


def each(function: Callable[[Job], Outcome], jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """The outcomes of the jobs, here for one worker and else in processes, as they finish."""
    if workers == 1:
        yield from map(function, jobs)
        return
    with get_context("spawn").Pool(workers, prepare) as pool:  # leaving it, also by Ctrl-C, ends the processes
        yield from pool.imap_unordered(function, jobs)


def prepare() -> None:
    """Make this process a worker: one thread, Ctrl-C left to the parent, freed memory kept."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    _reuse_freed_memory()


def default_workers(device: str) -> int:
    """One process a core on a CPU, since small batches share one badly; one process on a GPU."""
    return (os.cpu_count() or 1) if device == "cpu" else 1


def _reuse_freed_memory() -> None:
    """Let glibc keep freed activations: handed back to the system, their page faults take a quarter of a pass."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_MMAP_MAX, 0)
        libc.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
