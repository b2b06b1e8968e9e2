"""`Change`: an explanation before and after an edit, their difference, and the predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from limetheory.arguments import integer, real
from limetheory.arrays import Intervals
from limetheory.explaining.budget import LEVEL
from limetheory.explaining.explained import InputExplanation
from limetheory.explanation.rendering import figure_of
from limetheory.explanation.table import data_frame
from limetheory.inspection.rendering import Shown

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure


class PredictionChange(NamedTuple):
    """The model's answer for a class before and after an edit; both are evaluated, so that nothing is uncertain.

    The class has a column of the model's answer and a name, which is its number where it has none.
    """

    column: int
    name: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """After − before.

        >>> round(PredictionChange(3, "cup", 0.9, 0.2).change, 12)
        -0.7
        """
        return self.after - self.before


@dataclass(frozen=True, eq=False, kw_only=True)
class Change(Shown):
    """What an edit changes: the explanations of one class before and after, and their difference from the same masks.

    Attributes:
        before, after: the explanations of the two inputs.
        difference: of the coefficients, after − before, with the standard errors and intervals of pairs; `above`,
            `rank_intervals` and whatever else takes an explanation read it like any other.
        class_names: of the columns of the model's answer; None where the model knows none.
    """

    before: InputExplanation
    after: InputExplanation
    difference: InputExplanation
    class_names: tuple[str, ...] | None = None

    @property
    def d(self) -> int:
        """Number of parts."""
        return self.difference.d

    @property
    def target(self) -> int:
        """The column of the model's answer that is explained, before and after."""
        return self.before.target

    @property
    def n_evaluations(self) -> int:
        """Inputs that were evaluated, before and after."""
        return self.before.n_evaluations + self.after.n_evaluations

    @property
    def prediction(self) -> PredictionChange:
        """The model's answer for the class that is explained."""
        return self._of_class(self.target)

    def predictions(self, top: int = 5) -> tuple[PredictionChange, ...]:
        """The classes of the largest answers before and of the largest after, with the one explained, largest first.

        Args:
            top: how many before, and how many after, at least 1.
        """
        count = integer("top", top, 1)
        both = np.stack([self.before.outputs, self.after.outputs])
        leading = {int(column) for row in both for column in np.argsort(-row, kind="stable")[:count]} | {self.target}
        return tuple(map(self._of_class, sorted(leading, key=lambda column: (-both[:, column].max(), column))))

    def intervals(self, level: float = LEVEL) -> Intervals:
        """The `asked_interval` of every coefficient's change at ``level`` in (0, 1), shape (d, 2)."""
        return self.difference.asked_interval(level)

    def to_dataframe(self, level: float = LEVEL) -> pandas.DataFrame:
        """A pandas data frame with a row for each part: part, name, before, after, change, standard_error and its ends.

        The columns lower and upper are the ends of the change's `interval` at ``level``.

        Raises:
            ImportError: pandas is not installed.
        """
        low, high = self.difference.interval(level).T
        return data_frame(
            {
                "part": np.arange(self.d), "name": self.difference.names, "before": self.before.coefficients,
                "after": self.after.coefficients, "change": self.difference.coefficients,
                "standard_error": self.difference.standard_errors, "lower": low, "upper": high,
            }
        )  # fmt: skip

    def plot(self, level: float = LEVEL) -> Figure:
        """A matplotlib figure of both explanations and of the largest changes with their intervals at ``level``."""
        return figure_of(self, real("level", level, above=0, below=1, remedy="write 0.95 for 95 %"))

    def _of_class(self, column: int) -> PredictionChange:
        name = str(column) if self.class_names is None else self.class_names[column]
        before, after = (float(one.outputs[column]) for one in (self.before, self.after))
        return PredictionChange(column, name, before, after)
