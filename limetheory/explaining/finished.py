"""The explanation of what was finished: all of it, or after Ctrl-C the masks until then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from limetheory.estimation import Interrupted
from limetheory.explaining.budget import Budget, Masks
from limetheory.explaining.explained import InputExplanation

FROM_THOSE = "the answer is from those"
Found = TypeVar("Found", bound=InputExplanation)


@dataclass(frozen=True, eq=False)
class Finished(Generic[Found]):
    """An explanation and how far it got.

    Attributes:
        explanation: of the masks that were drawn.
        masks: how many these are.
        interrupted: after Ctrl-C, how far it got; None where nothing stopped it.
    """

    explanation: Found
    masks: int
    interrupted: str | None = None


def finished(explain: Callable[[], Found], budget: Budget) -> Finished[Found]:
    """Explain; after Ctrl-C with the explanation of the masks until then.

    Raises:
        KeyboardInterrupt: on Ctrl-C before there were masks enough for an explanation.
    """
    try:
        found = explain()
    except Interrupted as stopped:
        if stopped.explanation is None:
            raise
        masks = stopped.sample.n
        return Finished(stopped.explanation, masks, f"interrupted after {share(masks, budget)}; {FROM_THOSE}")
    return Finished(found, found.n_masks)


def share(masks: int, budget: Budget) -> str:
    """How many of the masks were drawn, in words."""
    return f"{masks} of {budget.n} masks" if isinstance(budget, Masks) else f"{masks} masks"
