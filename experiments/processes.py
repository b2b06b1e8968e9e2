"""Single-threaded worker processes, so that two networks do not fight over the cores."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from typing import Any, TypeVar

import torch

from limetheory.freed_memory import kept_freed_memory

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


def each(function: Callable[[Job], Outcome], jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """The outcomes of the jobs, here for one worker and else in processes, as they finish."""
    if workers == 1:
        yield from map(function, jobs)
        return
    with get_context("spawn").Pool(workers, prepare) as pool:  # leaving it, also by Ctrl-C, ends the processes
        yield from pool.imap_unordered(function, jobs)


def alone(function: Callable[..., Outcome], *arguments: Any) -> Outcome:
    """The outcome of one call in a process of its own, with all cores and nothing that another left behind."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def prepare() -> None:
    """Make this process a worker: one thread, Ctrl-C left to the parent, freed memory kept."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    kept_freed_memory()


def default_workers(device: str) -> int:
    """One process a core on a CPU, since small batches share one badly; one process on a GPU."""
    return (os.cpu_count() or 1) if device == "cpu" else 1
