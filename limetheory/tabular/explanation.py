"""`TabularExplanation`: an explanation with the row it is about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from limetheory.explaining.draws import Record
from limetheory.explaining.explained import InputExplanation, restored
from limetheory.explaining.variance_split import VarianceSplit, variance_split
from limetheory.explanation.rendering import html_of
from limetheory.kept import keepable

_LEVEL = 0.95


@dataclass(frozen=True, eq=False, kw_only=True)
class TabularExplanation(InputExplanation):
    """An explanation with the row it is about.

    The coefficient of a column says by how much the output differs between rows that share the row's bin (or category)
    in this column and rows that do not; without bins, by how much it rises with one standard deviation of the column.

    Attributes:
        masked: the row, as a `MaskedRow`, or a `NormalRow` where there are no bins.
        record: the masks (or standardised rows) that were drawn, and the values.
        ridge: the penalty of the fit.
    """

    masked: Any
    design: Any
    record: Any
    ridge: float = 0.0

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The name of each column, d strings."""
        return tuple(self.masked.feature_names)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What each coefficient is about: the row's bin, such as "0.30 < width <= 1.30", or "colour=red"."""
        return tuple(self.masked.conditions)

    @property
    def values(self) -> tuple[str, ...]:
        """The row's value in each column, as text."""
        return tuple(self.masked.form.shown(cell, j) for j, cell in enumerate(self.masked.cells))

    def to_html(self, level: float = _LEVEL) -> str:
        """A table of conditions, values, coefficients and their `asked_interval` at ``level``; the text is escaped."""
        return html_of(self, level)

    def _repr_html_(self) -> str:
        return self.to_html()

    @property
    def variance_split(self) -> VarianceSplit:
        """The variance of each coefficient between masks and within them; needs ``repeats`` of 2 or more.

        Raises:
            ValueError: single rows, or an explanation without bins or to a tolerance.
        """
        if not isinstance(self.record, Record):
            raise ValueError("a variance split needs masks, got an explanation without bins; give bins='quartile'")
        return variance_split(self.record, self.design, self.standard_errors**2, self.method, self.ridge)


keepable(TabularExplanation, build=partial(restored, TabularExplanation), later=("batch_size",))
