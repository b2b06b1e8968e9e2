"""What the last digits of an answer depend on: the device, its threads, the batch size, and versions."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from threadpoolctl import threadpool_info, threadpool_limits

from limetheory.arguments import integer
from limetheory.given import given

MOST_THREADS = 1024
"""The most threads that a record may ask for; a convention."""


def machine(device: str | None, batch_size: int | None) -> dict[str, Any]:
    """This machine as a record has it.

    Args:
        device: where the model ran, such as "cpu" or "cuda:0"; None of a model that has none.
        batch_size: inputs per evaluation.
    """
    return {
        "device": device, "processor": _processor(device), "threads": threads(), "batch_size": batch_size,
    }  # fmt: skip


def threads() -> dict[str, int]:
    """The threads of torch, where it is loaded, and of the library of linear algebra."""
    blas = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    torch = sys.modules.get("torch")
    return {**({} if torch is None else {"torch": torch.get_num_threads()}), "blas": max(blas, default=1)}


def checked_machine(content: Any) -> dict[str, Any]:
    """The machine of a record.

    Raises:
        ValueError, TypeError: it is something else, in one line.
    """
    counts = content.get("threads") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or not isinstance(counts, Mapping):
        raise TypeError(f"the machine of a record must be an object with threads, got {given(content)}; explain anew")
    known = {name: _checked_threads(name, counts[name]) for name in ("torch", "blas") if name in counts}
    batch_size = content.get("batch_size")
    size = None if batch_size is None else integer("batch_size", batch_size, 1)
    device = content.get("device")
    if not (device is None or isinstance(device, str)):
        raise TypeError(f"the device of a record must be a name, got {given(device)}; explain anew")
    return {"device": device, "processor": str(content.get("processor")), "threads": known, "batch_size": size}


@contextmanager
def with_threads(counts: Mapping[str, int]) -> Iterator[None]:
    """Compute with the threads of a record, and with the earlier ones afterwards."""
    torch = sys.modules.get("torch")
    before = None if torch is None else torch.get_num_threads()
    with threadpool_limits(counts.get("blas"), user_api="blas"):
        if torch is not None and "torch" in counts:
            torch.set_num_threads(counts["torch"])
        try:
            yield
        finally:
            if torch is not None:
                torch.set_num_threads(before)


def _checked_threads(name: str, value: Any) -> int:
    count = integer(f"threads of {name}", value, 1)
    if count > MOST_THREADS:
        raise ValueError(f"threads of {name} must be at most {MOST_THREADS}, got {given(value)}; explain anew")
    return count


def _processor(device: str | None) -> str:
    if device is not None and device.startswith("cuda"):
        import torch

        return torch.cuda.get_device_name(device)
    return platform.machine()
