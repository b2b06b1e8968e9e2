"""What is asked of a model about a row of a table, and its answer, for the command line and every other front end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from limetheory.arguments import choice, real
from limetheory.explaining.budget import Budget, Masks
from limetheory.explaining.finished import Finished, finished
from limetheory.explaining.question import InputQuestion
from limetheory.explaining.record import recorded_answer
from limetheory.tabular.explain import FIXED_N, explain_tabular
from limetheory.tabular.explanation import TabularExplanation

BINS = ("quartile", "decile")


@dataclass(frozen=True, kw_only=True)
class TableQuestion(InputQuestion):
    """One question about a row of a table.

    Attributes:
        bins: "quartile" or "decile", of numeric columns.
        bandwidth: lime's kernel width; None is 0.75 times the square root of the number of columns.

    Raises:
        ValueError, TypeError: in one line.

    >>> TableQuestion(bins="decile").budget.n
    5000
    """

    bins: str = "quartile"
    bandwidth: float | None = None
    budget: Budget = field(default_factory=lambda: Masks(n=FIXED_N))

    def __post_init__(self) -> None:
        super().__post_init__()
        choice("bins", self.bins, BINS)
        if self.bandwidth is not None:
            real("bandwidth", self.bandwidth, above=0, remedy="leave it out for 0.75 √(number of columns)")

    def answered(self, predict: Any, row: Any, training_data: Any, **form: Any) -> list[Finished[TabularExplanation]]:
        """Explain a model at a row, each class that is asked about; after Ctrl-C with the rows until then.

        Args:
            predict, row, training_data: see `explain_tabular`.
            **form: its ``feature_names`` and ``categorical``.

        Raises:
            ValueError, TypeError: what only the table or the model can tell does not work, in one line.
            KeyboardInterrupt: on Ctrl-C before there were rows enough.
        """
        return finished(lambda: self.explained(predict, row, training_data, self.seed, **form), self)

    def explained(self, predict: Any, row: Any, training_data: Any, seed: int, **form: Any) -> Any:
        """The explanation with a seed of its own; of several classes a list."""
        return explain_tabular(
            predict, row, training_data, target=self.target, bins=self.bins, bandwidth=self.bandwidth, rng=seed,
            batch_size=self.batch_size, **form, **vars(self.budget),
        )  # fmt: skip


def recorded(
    name: str, row: int, model: str, target_name: str, question: TableQuestion,
    answer: Finished[TabularExplanation], warnings: list[str],
) -> dict[str, Any]:  # fmt: skip
    """Every number of the answer and of the question, as JSON takes them.

    Args:
        name: of the file of the table.
        row: its number there, from 0.
        model: its name.
        target_name: of the class explained.
        question, answer: what was asked, and what it answered.
        warnings: what was said meanwhile.
    """
    found = answer.explanation
    return {
        **{"table": name, "row": row, "model": model, "bins": question.bins},
        **recorded_answer(question, answer, warnings),
        "target_name": target_name,
        "conditions": list(found.conditions),
        "values": list(found.values),
    }
