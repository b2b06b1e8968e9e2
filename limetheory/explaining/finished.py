"""The explanations of what was finished: all of it, or after Ctrl-C the masks until then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from limetheory.estimation import Interrupted
from limetheory.explaining.budget import Budget, Masks
from limetheory.explaining.explained import InputExplanation
from limetheory.explaining.question import InputQuestion
from limetheory.explaining.several_targets import each_once, several

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


def finished(explain: Callable[[], Any], question: InputQuestion) -> list[Finished[Any]]:
    """Explain each class that a question names; after Ctrl-C with the explanation of one from the masks until then.

    Args:
        explain: the explanation, of several classes a list of them.
        question: what was asked.

    Raises:
        KeyboardInterrupt: on Ctrl-C before there were masks enough for an explanation.
        ValueError: a class that is named twice.
    """
    try:
        found = explain()
    except Interrupted as stopped:
        if stopped.explanation is None:
            raise
        masks = stopped.sample.n
        said = f"interrupted after {share(masks, question.budget)}; {FROM_THOSE}"
        if several(question.target):
            said += f", of the column {stopped.explanation.target} of the model alone"
        return [Finished(stopped.explanation, masks, said)]
    return [Finished(one, one.n_masks) for one in each_once(found)]


def share(masks: int, budget: Budget) -> str:
    """How many of the masks were drawn, in words."""
    return f"{masks} of {budget.n} masks" if isinstance(budget, Masks) else f"{masks} masks"
