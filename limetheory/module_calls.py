"""A torch module in place of a function of rows or texts: how to wrap it is said when it refuses what it is given."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def torch_module(function: Any) -> Any:
    """The torch module that a function is, or that it is a method of; None of any other, for which torch is not loaded.

    >>> torch_module(len) is None
    True
    """
    torch = sys.modules.get("torch")
    owner = getattr(function, "__self__", function)
    return owner if torch is not None and isinstance(owner, torch.nn.Module) else None


def called(function: Callable[[], Any], asked: Any, wanted: str, remedy: Callable[[Any], str]) -> Any:
    """The answer of a call, refused with a remedy where it fails and what is asked is a torch module.

    Args:
        function: the call.
        asked: what it asks.
        wanted: what this must be, in words.
        remedy: the module → what to do instead.

    Raises:
        TypeError: the module refuses what it is given.
    """
    try:
        return function()
    except (TypeError, AttributeError, RuntimeError) as error:
        module = torch_module(asked)
        if module is None:
            raise
        reason = " ".join(str(error).split())
        raise TypeError(
            f"predict must be {wanted}, got the torch module {type(module).__name__}, which says: {reason[:_LONGEST]}; "
            f"{remedy(module)}"
        ) from error


_LONGEST = 120
"""Characters of what a module says; a convention."""


def of_rows(module: Any) -> str:
    """How a torch module becomes a function of rows: with tensors of its type and on its device, and in eval mode."""
    first = next((one for one in module.parameters() if one.is_floating_point()), None)
    kind = "torch.float32" if first is None else str(first.dtype)
    place = "" if first is None or first.device.type == "cpu" else f", device={str(first.device)!r}"
    eval_mode = "call model.eval(), and " if module.training else ""
    return f"{eval_mode}give lambda rows: model(torch.tensor(np.asarray(rows), dtype={kind}{place}))"


def of_texts(module: Any) -> str:
    """How a torch module becomes a function of texts."""
    eval_mode = "call model.eval(), and " if module.training else ""
    return f"{eval_mode}give lambda texts: model(tensors(texts)), with your own function of texts to its tensors"
