"""The picture of a pick: which features the picked instances show, and how important these are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.arguments import integer, several
from limetheory.figure_text import drawable
from limetheory.images import ImageExplanation
from limetheory.picks.greedy import checked_indices, importances
from limetheory.picks.matrix import ExplanationMatrix, explanation_matrix
from limetheory.shown_text import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_CELL = 0.32
_LABELS = 2.2
_PANEL = 3.0
_PANELS = 5
_LETTERS = 28
_COLOURS, _BARS, _UNCOVERED, _ABSENT = "PuOr_r", "#555555", "#cccccc", "#d9d9d9"


def pick_figure(
    explanations: Any,
    indices: Any,
    *,
    titles: Sequence[str] | None = None,
    features: int = 20,
    largest: int | None = None,
) -> Figure:
    """A matplotlib figure of picked instances × features, the importances above, and heat maps of images below.

    Rows stand in the order of picking and columns in decreasing importance. A cell has the colour of W_ij, orange
    where the feature speaks for the class and violet where against, on one scale for all; it is grey where W_ij is 0.
    Bars of features that no picked instance shows are light.

    Args:
        explanations, largest: see `submodular_pick`.
        indices: the instances to show, at least one.
        titles: of these instances, such as texts or file names; None gives "instance 7".
        features: how many to show at most, those of the largest importance; those of none are left out.

    Raises:
        ValueError: no indices, indices out of range, or titles of another number.

    >>> figure = pick_figure([[1.0, 0, -2], [0, 3, 0]], [1])
    >>> [axes.get_ylabel() for axes in figure.axes][:2]
    ['importance', 'picked']
    """
    from matplotlib.figure import Figure

    matrix = explanation_matrix(explanations, largest)
    picked = checked_indices(indices, matrix.weights.shape[0])
    if not len(picked):
        raise ValueError("indices must be one or more, got none; give what submodular_pick returns")
    titles = _titles(titles, picked)
    importance = importances(matrix.weights)
    most = min(integer("features", features, 1, "show at least one"), max(1, int(np.count_nonzero(importance))))
    order = np.argsort(-importance, kind="stable")[:most]
    images = _images(matrix, picked)
    width, tall, low = max(6.0, _LABELS + _CELL * most + 1.2), 3.4 + _CELL * len(picked), _height(len(images))
    figure = Figure(figsize=(width, tall + low), layout="constrained")
    above: Any = figure
    if images:
        parts: Any = figure.subfigures(2, 1, height_ratios=[tall, low])
        above = parts[0]
        _heat_maps(parts[1], images, titles)
    bars, cells = above.subplots(2, 1, sharex=True, height_ratios=[1.1, max(1.0, _CELL * len(picked))])
    _bars(bars, matrix, picked, importance, order)
    _cells(above, cells, matrix, picked, order, titles)
    return figure


def _titles(given: Any, picked: np.ndarray) -> list[str]:
    if given is None:
        return [f"instance {i}" for i in picked]
    found = [str(one) for one in several("titles", given, "strings")]
    if len(found) != len(picked):
        raise ValueError(f"titles must be one for each of the {len(picked)} indices, got {len(found)}")
    return found


def _images(matrix: ExplanationMatrix, picked: np.ndarray) -> list[ImageExplanation]:
    """The first explanation of each picked instance; none unless all are of images."""
    first = [matrix.terms.instances[i][0] for i in picked] if matrix.terms.instances else []
    images = [found for found in first if isinstance(found, ImageExplanation)]
    return images if len(images) == len(first) else []


def _bars(axes: Axes, matrix: ExplanationMatrix, picked: np.ndarray, importance: np.ndarray, order: np.ndarray) -> None:
    shown = np.isin(order, matrix.weights[picked].indices)
    axes.bar(range(len(order)), importance[order], color=np.where(shown, _BARS, _UNCOVERED))
    total, held = importance.sum(), importance[np.unique(matrix.weights[picked].indices)].sum()
    axes.set_ylabel("importance")
    axes.set_title(
        f"{len(picked)} of {matrix.weights.shape[0]} instances cover {100 * held / (total or 1.0):.0f} % of the "
        f"importance of {np.count_nonzero(importance)} features",
        fontsize=10,
    )
    axes.tick_params(axis="x", bottom=False, labelbottom=False)
    axes.spines[["top", "right"]].set_visible(False)


def _cells(
    figure: Any, axes: Axes, matrix: ExplanationMatrix, picked: np.ndarray, order: np.ndarray, titles: list[str]
) -> None:
    values = matrix.weights[picked].toarray()[:, order]
    bound = float(np.abs(values).max()) or 1.0
    axes.set_facecolor(_ABSENT)
    seen = axes.imshow(
        np.ma.masked_equal(values, 0.0), cmap=_COLOURS, vmin=-bound, vmax=bound, aspect="auto", interpolation="none"
    )
    axes.set_ylabel("picked")
    names = [_short(matrix.names[j]) for j in order]
    axes.set_xticks(range(len(order)), names, rotation=90, fontsize=8, parse_math=False)
    axes.set_yticks(range(len(picked)), [_short(one) for one in titles], fontsize=8, parse_math=False)
    axes.set_xticks(np.arange(len(order)) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(picked)) - 0.5, minor=True)
    axes.grid(which="minor", color="white", lw=0.8)
    axes.tick_params(which="minor", length=0)
    figure.colorbar(seen, ax=axes, label="coefficient (output)", shrink=0.9)


def _height(panels: int) -> float:
    """Of the heat maps, in inches."""
    return _PANEL * -(-panels // _PANELS) * (0.7 if panels > 2 else 1.0)


def _heat_maps(figure: Any, images: list[ImageExplanation], titles: list[str]) -> None:
    """The heat map of each picked image, on one scale for all."""
    from matplotlib.colors import Normalize

    from limetheory.images.figures.heat import heatmap

    bound = max(float(np.abs(found.coefficients).max()) for found in images) or 1.0
    panels = figure.subplots(-(-len(images) // _PANELS), min(len(images), _PANELS), squeeze=False).ravel()
    for axes, found, title in zip(panels, images, titles, strict=False):
        drawn = heatmap(axes, found, Normalize(-bound, bound), 0)
        axes.set_title(_short(title), fontsize=9, parse_math=False)
    for axes in panels:
        axes.set_axis_off()
    figure.colorbar(drawn, ax=panels.tolist(), label="coefficient (output)", shrink=0.7)


def _short(text: str) -> str:
    line = drawable(shown(" ".join(text.split())))
    return line if len(line) <= _LETTERS else line[: _LETTERS - 1] + "…"
