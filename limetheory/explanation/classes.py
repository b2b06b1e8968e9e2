"""The figure of the explanations of several classes: bars with intervals, one class below the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from limetheory.explanation.bars import UNIT, coefficient_bars
from limetheory.explanation.result import Explanation
from limetheory.figure_text import fitted
from limetheory.shown_text import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BARS, _HEIGHT = 7.0, 4.6  # inches: the width of bars, the height of a class
_POINTS = 10.0


def classes_figure(
    explanations: Sequence[Explanation],
    titles: Sequence[str],
    level: float,
    part: str,
    draw_map: Callable[[Axes, int], None] | None = None,
    map_inches: tuple[float, float] = (5.0, _HEIGHT),
    unit: str = UNIT,
) -> Figure:
    """The largest coefficients of each class with their intervals, below what is explained.

    Args:
        explanations: one for each class, at least one.
        titles: what is explained, one line for each.
        level: of the intervals, in (0, 1).
        part: what a coefficient belongs to.
        draw_map: (axes, the number of the class) → draws on the axes to the left of its bars; None of no map.
        map_inches: the width and height of the panel of a map.
        unit: of the coefficients.

    >>> import numpy as np
    >>> found = [Explanation(np.array([0.5, sign]), 0.0, np.zeros(2), 9) for sign in (1.0, -1.0)]
    >>> [axes.get_title().partition(chr(10))[0] for axes in classes_figure(found, ["cup", "cat"], 0.95, "part").axes]
    ['cup', 'cat']
    """
    from matplotlib.figure import Figure

    widths = [_BARS] if draw_map is None else [map_inches[0], _BARS]
    height = _HEIGHT if draw_map is None else max(map_inches[1], _HEIGHT)
    figure = Figure(figsize=(sum(widths), height * len(explanations)), layout="constrained")
    rows = figure.subplots(len(explanations), len(widths), squeeze=False, width_ratios=widths)
    for number, (axes, found, title) in enumerate(zip(rows, explanations, titles, strict=True)):
        if draw_map is not None:
            draw_map(axes[0], number)
        coefficient_bars(axes[-1], found, level, part, unit)
        said = f"{fitted(shown(title), _BARS - 1, _POINTS)}\n{axes[-1].get_title()}"
        axes[-1].set_title(said, fontsize=_POINTS, parse_math=False)
    return figure
