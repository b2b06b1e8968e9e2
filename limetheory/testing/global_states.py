"""The global random states that code under test must leave as they are."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class _State:
    """How a global random state is read, written and moved on by one draw."""

    read: Callable[[], Any]
    write: Callable[[Any], Any]
    draw: Callable[[], Any]


@contextmanager
def global_states() -> Iterator[list[str]]:
    """A list that has, at the end of the block, the names of the global random states that the block changed.

    They are those of NumPy, of Python, and of torch if it has been imported. Each is moved on by a draw first: code
    that sets the same seed in every call would leave the state of the call before, and not be told. At the end each is
    what it was before the block.

    >>> with global_states() as changed:
    ...     random.seed(0)
    >>> changed
    ['random']
    """
    watched, changed = _watched(), list[str]()
    kept = {name: state.read() for name, state in watched.items()}
    for state in watched.values():
        state.draw()
    before = {name: _comparable(state.read()) for name, state in watched.items()}
    try:
        yield changed
        changed += [name for name, state in watched.items() if _comparable(state.read()) != before[name]]
    finally:
        for name, state in watched.items():
            state.write(kept[name])


def _watched() -> dict[str, _State]:
    drawn: Any = np.random  # NPY002 is about drawing from it; here it is what is watched
    found = {
        "numpy.random": _State(drawn.get_state, drawn.set_state, drawn.random_sample),
        "random": _State(random.getstate, random.setstate, random.random),
    }
    if torch := sys.modules.get("torch"):
        found["torch"] = _State(torch.get_rng_state, torch.set_rng_state, lambda: torch.rand(1))
    return found


def _comparable(state: Any) -> Any:
    """A state whose arrays and tensors are lists, so that equality is one truth value."""
    if hasattr(state, "tolist"):
        return state.tolist()
    return [_comparable(one) for one in state] if isinstance(state, tuple) else state
