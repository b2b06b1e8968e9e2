"""The figure of the explanations of several classes: bars with intervals, one class below the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from limetheory.explanation.bars import coefficient_bars
from limetheory.explanation.result import Explanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BARS, _MAP, _HEIGHT = 7.0, 5.0, 4.6  # inches: the width of bars and of a map beside them, the height of a class


def classes_figure(
    explanations: Sequence[Explanation],
    titles: Sequence[str],
    level: float,
    part: str,
    draw_map: Callable[[Axes, int], None] | None = None,
) -> Figure:
    """The largest coefficients of each class with their intervals, below what is explained.

    Args:
        explanations: one for each class, at least one.
        titles: what is explained, one line for each.
        level: of the intervals, in (0, 1).
        part: what a coefficient belongs to.
        draw_map: (axes, the number of the class) → draws on the axes to the left of its bars; None of no map.

    >>> import numpy as np
    >>> found = [Explanation(np.array([0.5, sign]), 0.0, np.zeros(2), 9) for sign in (1.0, -1.0)]
    >>> [axes.get_title().partition(chr(10))[0] for axes in classes_figure(found, ["cup", "cat"], 0.95, "part").axes]
    ['cup', 'cat']
    """
    from matplotlib.figure import Figure

    columns = 1 if draw_map is None else 2
    size = (_BARS + (columns - 1) * _MAP, _HEIGHT * len(explanations))
    figure = Figure(figsize=size, layout="constrained")
    rows = figure.subplots(len(explanations), columns, squeeze=False)
    for number, (axes, found, title) in enumerate(zip(rows, explanations, titles, strict=True)):
        if draw_map is not None:
            draw_map(axes[0], number)
        coefficient_bars(axes[-1], found, level, part)
        axes[-1].set_title(f"{title}\n{axes[-1].get_title()}", fontsize=10, parse_math=False)
    return figure
