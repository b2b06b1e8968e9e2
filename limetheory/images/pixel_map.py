"""`PixelMap`: a number for every pixel, with standard errors, intervals and a joint interval for the largest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from limetheory.arguments import real
from limetheory.arrays import Bools, Floats, HeatMap, HeatMapIntervals
from limetheory.explanation.quantiles import two_sided
from limetheory.pictures import as_image

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEVEL = 0.95  # the level of intervals by default; a convention


class Spread(Protocol):
    """How the errors of the pixels hang together."""

    def half_widths(self, level: float) -> HeatMap:
        """Half-widths of intervals that cover all pixels at once with probability ``level``, (h, w)."""
        ...


@dataclass(frozen=True, eq=False)
class PixelMap:
    """An attribution of every pixel.

    Attributes:
        values: (h, w).
        standard_errors: of the values, (h, w); ∞ where the masks do not determine one.
        n_evaluations: how many images the model evaluated for it.
        target: the column of the model's answer that is explained.
        degrees_of_freedom: of Student's t in `interval`, one number or one for each pixel, (h, w); ∞ means the normal
            distribution.
        spread: what `simultaneous_interval` reads.

    >>> class Independent:
    ...     def half_widths(self, level):
    ...         return np.array([[0.3, 0.2]])
    >>> found = PixelMap(np.array([[0.5, 0.1]]), np.array([[0.1, 0.1]]), 100, 0, spread=Independent())
    >>> found.maximum_interval().round(12).tolist(), found.maximum_region().tolist()
    ([0.2, 0.8], [[True, True]])
    """

    values: HeatMap
    standard_errors: HeatMap
    n_evaluations: int
    target: int
    degrees_of_freedom: float | HeatMap = np.inf
    spread: Spread = field(kw_only=True, repr=False)

    def interval(self, level: float = _LEVEL) -> HeatMapIntervals:
        """Confidence interval of each pixel at ``level`` in (0, 1), (h, w, 2); each covers its own pixel only."""
        return self._about(two_sided(_checked(level), self.degrees_of_freedom) * self.standard_errors)

    def simultaneous_interval(self, level: float = _LEVEL) -> HeatMapIntervals:
        """Intervals that cover all pixels at once with probability ``level`` in (0, 1), (h, w, 2)."""
        return self._about(self.spread.half_widths(_checked(level)))

    def maximum_interval(self, level: float = _LEVEL) -> Floats:
        """An interval for the largest value of the map, wherever it is, (2,).

        From the largest lower to the largest upper end of `simultaneous_interval`: wherever the largest value is, this
        holds it with probability ``level`` at least.
        """
        low, high = np.moveaxis(self.simultaneous_interval(level), 2, 0)
        return np.array([low.max(), high.max()])

    def maximum_region(self, level: float = _LEVEL) -> Bools:
        """The pixels that may have the largest value, (h, w) bool; the pixel that has it is one, with that probability.

        Left out are those whose `simultaneous_interval` ends below where another's begins.
        """
        low, high = np.moveaxis(self.simultaneous_interval(level), 2, 0)
        found: Bools = high >= low.max()
        return found

    def plot(self, image: Any, level: float = _LEVEL) -> Figure:
        """A matplotlib figure of the map over its image, with `maximum_region` at ``level``, and of its errors."""
        from limetheory.images.figures.pixel_map import pixel_map_figure

        array = as_image(image)
        if array.shape[:2] != self.values.shape:
            raise ValueError(
                f"image must have the size of the map, {self.values.shape}, got {array.shape[:2]}; "
                "give the one explained"
            )
        low, high = self.maximum_interval(level)
        title = f"largest {self.values.max():.3g}, {100 * level:g} % {low:.3g} … {high:.3g}"
        return pixel_map_figure(self.values, self.standard_errors, self.maximum_region(level), array, title)

    @property
    def largest(self) -> tuple[int, int]:
        """Row and column of the largest value; of several the first."""
        row, column = np.unravel_index(np.argmax(self.values), self.values.shape)
        return int(row), int(column)

    def _about(self, half_widths: HeatMap) -> HeatMapIntervals:
        return np.stack([self.values - half_widths, self.values + half_widths], axis=2)


def _checked(level: float) -> float:
    return real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
