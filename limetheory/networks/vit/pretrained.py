"""Models of transformers with all of their weights, read from what is on this machine."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from torch import nn

from limetheory.given import given

_UNUSED = ("pooler", "mask_token", "logit_scale")
"""Parts of the names of tensors that the tokens of the last layer do not depend on."""


def pretrained(
    kind: Any, source: str | os.PathLike[str] | None, *, unused: Collection[str] = _UNUSED, **options: Any
) -> nn.Module:
    """A model by ``kind.from_pretrained``, without its bar of progress and with no weight left at random.

    Args:
        kind: a class of models of transformers, or `AutoModel`.
        source: a folder; None where ``options`` have the ``state_dict``.
        unused: parts of the names of tensors that may be missing.
        options: more arguments.

    Raises:
        ValueError: some weights are missing.
    """
    with _without_bars():
        model, report = kind.from_pretrained(source, output_loading_info=True, **options)
    missing = sorted(name for name in report["missing_keys"] if not any(part in name for part in unused))
    if missing:
        raise ValueError(
            f"weights must hold every tensor of {type(model).__name__}, got none named {missing[0]!r}"
            f"{f' and {len(missing) - 1} others missing' * (len(missing) > 1)} in {given(source)}; save the model again"
        )
    found: nn.Module = model
    return found


@contextmanager
def _without_bars() -> Iterator[None]:
    logging: Any = import_module("transformers.utils.logging")
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
