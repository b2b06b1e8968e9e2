"""Programs of `torch.export` that were made for batches of one size only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def any_batch_size() -> Iterator[None]:
    """Say what to do where such a program gets a batch of another size.

    Raises:
        ValueError: with what the program says.
    """
    try:
        yield
    except AssertionError as error:
        reason = " ".join(str(error).split())
        if "Guard failed" not in reason or ".size()[0]" not in reason:
            raise
        raise ValueError(
            f"an exported model must take batches of any size, got {reason!r}; export it with an example of two images "
            "and dynamic_shapes=({0: torch.export.Dim('b')},), or give batch_size=1 where it takes one"
        ) from error
