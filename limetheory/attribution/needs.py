"""Which masks an attribution needs, and one-line refusals of masks, designs and ways of drawing that lack them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from limetheory.arrays import Masks
from limetheory.designs import Design, ExchangeableDesign
from limetheory.estimation.samples.allocation import size_strata
from limetheory.estimation.samples.sampling import Scheme


@dataclass(frozen=True)
class Need:
    """Masks that an attribution needs.

    Attributes:
        rule: what they are.
        missing: masks (n, d) bool → which parts lack them, (d,) bool, or (1,) where they belong to no part.
        sizes: d → the sizes of such masks, one of which is enough.
        exact: whether each of these very masks is needed, which only drawing without replacement makes certain.
        masks: what to do where masks lack them.
        design: what to do where a design never draws them.
    """

    rule: str
    missing: Callable[[Masks], np.ndarray]
    sizes: Callable[[int], Sequence[int]]
    exact: bool
    masks: str
    design: str


def _alone(masks: Masks) -> np.ndarray:
    """Parts that no mask has alone: (n, d) bool → (d,) bool."""
    missing: np.ndarray = ~masks[np.count_nonzero(masks, axis=1) == 1].any(axis=0)
    return missing


_MORE = ("draw more masks, or others", "choose a design that shows and hides each part, such as BernoulliDesign(d)")
_OTHERS = ", or use 'rise' or 'pda'"
NEEDS = {
    "shown": Need(
        "each part shown in some mask", lambda masks: ~np.asarray(masks.any(axis=0)), lambda d: range(1, d + 1), False,
        *_MORE,
    ),
    "hidden": Need(
        "each part hidden in some mask", lambda masks: np.asarray(masks.all(axis=0)), lambda d: range(d), False,
        *_MORE,
    ),
    "full": Need(
        "the mask that hides nothing", lambda masks: np.array([not masks.all(axis=1).any()]), lambda d: [d], True,
        "add it, np.ones((1, d), bool)", "take the masks of LeaveOneOutDesign or KeepOneDesign",
    ),
    "hidden alone": Need(
        "each part hidden alone", lambda masks: _alone(~masks), lambda d: [d - 1], True,
        *["take the masks of LeaveOneOutDesign"] * 2,
    ),
    "kept alone": Need(
        "each part kept alone", _alone, lambda d: [1], True, *["take the masks of KeepOneDesign"] * 2
    ),
}  # fmt: skip
"""By the names that the rows of `ATTRIBUTIONS` have them under."""


def require_masks(name: str, needs: Sequence[str], masks: Masks, fewest: int) -> None:
    """Refuse masks, (n, d) bool, that are fewer than these or lack some that an attribution needs.

    >>> require_masks("ciu", ["full"], np.eye(2, dtype=bool), 1)
    Traceback (most recent call last):
    ValueError: attribution 'ciu' needs the mask that hides nothing, got none; add it, np.ones((1, d), bool), or use
    'rise' or 'pda'
    """
    if len(masks) < fewest:
        raise ValueError(
            f"attribution {name!r} needs {fewest} mask{'s' * (fewest > 1)} of {masks.shape[1]} parts at least, got "
            f"{len(masks)}; draw more masks"
        )
    for need in (NEEDS[one] for one in needs):
        missing = need.missing(masks)
        if missing.any():
            part = f"none for part {np.argmax(missing)}" if not need.exact or need.rule.startswith("each") else "none"
            raise ValueError(f"attribution {name!r} needs {need.rule}, got {part}; {need.masks}{_others(need)}")


def require_design(name: str, needs: Sequence[str], design: Design) -> None:
    """Refuse a design whose masks are never some that an attribution needs."""
    for need in (NEEDS[one] for one in needs):
        if not _drawn(need, design):
            raise ValueError(
                f"attribution {name!r} needs {need.rule}, which {design!r} never draws; {_design_for(needs, need)}"
                f"{_others(need)}"
            )


def _design_for(needs: Sequence[str], need: Need) -> str:
    """What to do where a design never draws such masks: the masks of a design that draws all that are needed."""
    alone = [NEEDS[one] for one in needs if NEEDS[one].exact and one != "full"]
    return alone[0].design if need.exact and alone else need.design


def _others(need: Need) -> str:
    return _OTHERS if need.exact else ""


def _drawn(need: Need, design: Design) -> bool:
    """Whether a design draws such masks; taken for granted where only sums over all masks would tell."""
    sizes = list(need.sizes(design.d))
    if isinstance(design, ExchangeableDesign):
        return bool(np.isfinite(design.log_law[sizes]).any())
    if not need.exact:
        return True
    first = np.arange(design.d) < sizes[0]
    rows = np.stack([np.roll(first, shift) for shift in range(design.d)])
    return bool((design.chance(rows) > 0).all())


def require_drawn(name: str, needs: Sequence[str], design: Design, n: int, scheme: Scheme) -> None:
    """Refuse a design, a number of masks and a way of drawing that do not make all masks certain that are needed."""
    require_design(name, needs, design)
    certain = _certain_sizes(design, n, scheme)
    for need in (NEEDS[one] for one in needs):
        if need.exact and not set(need.sizes(design.d)) <= certain:
            raise ValueError(
                f"attribution {name!r} needs {need.rule}, which {n} masks of {design!r} with sampling "
                f"{scheme.name!r} need not have; {_design_for(needs, need)} with sampling 'strata'{_others(need)}"
            )


def _certain_sizes(design: Design, n: int, scheme: Scheme) -> set[int]:
    """The sizes of which every mask is drawn."""
    if not isinstance(design, ExchangeableDesign) or not scheme.without_replacement:
        return set()
    return {int(part.sizes[0]) for part in size_strata(design, n) if part.n == part.population}
