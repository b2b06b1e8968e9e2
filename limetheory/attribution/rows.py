"""Which masks an attribution needs, and the refusal where they are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from limetheory.arrays import Masks


class Need(NamedTuple):
    """Masks that an attribution needs: what they are, which parts lack them, and what to do then."""

    rule: str
    missing: Callable[[Masks], np.ndarray]
    remedy: str


def _alone(masks: Masks) -> np.ndarray:
    """Parts that no mask has alone: (n, d) bool → (d,) bool."""
    missing: np.ndarray = ~masks[np.count_nonzero(masks, axis=1) == 1].any(axis=0)
    return missing


NEEDS = {
    "shown": Need("each part shown in some mask", lambda masks: ~masks.any(axis=0), "draw more masks"),
    "hidden": Need("each part hidden in some mask", lambda masks: masks.all(axis=0), "draw more masks"),
    "full": Need(
        "the mask that hides nothing", lambda masks: np.array([not masks.all(axis=1).any()]),
        "add it, np.ones(d, bool)",
    ),
    "hidden alone": Need("each part hidden alone", lambda masks: _alone(~masks), "add the masks of LeaveOneOutDesign"),
    "kept alone": Need("each part kept alone", _alone, "add the masks of KeepOneDesign"),
}  # fmt: skip
"""By the names that the rows of `ATTRIBUTIONS` have them under."""


def require_rows(method: str, needs: tuple[str, ...], masks: Masks, fewest: int) -> None:
    """Refuse masks without those that an attribution needs."""
    if len(masks) < fewest:
        raise ValueError(
            f"attribution {method!r} needs at least {fewest} masks of {masks.shape[1]} parts, got {len(masks)}; add more"
        )
    for name in needs:
        need = NEEDS[name]
        missing = need.missing(masks)
        if missing.any():
            parts = f"none for part {np.argmax(missing)}" if len(missing) > 1 or name != "full" else "none"
            raise ValueError(f"attribution {method!r} needs {need.rule}, got {parts}; {need.remedy}")
