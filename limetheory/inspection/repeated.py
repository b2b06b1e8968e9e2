"""`StabilityTest`: how far repeated explanations agree, beside what one of them forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limetheory.explaining.budget import LEVEL
from limetheory.explaining.explained import InputExplanation
from limetheory.explanation.rendering import figure_of
from limetheory.inspection.agreement import Agreement, selections
from limetheory.inspection.plan import StabilityPlan
from limetheory.inspection.rendering import Shown
from limetheory.metrics import explanation_similarity
from limetheory.statistics import Stability

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class CountAgreement(NamedTuple):
    """How far the map of another number of superpixels agrees with that of the first explanation.

    So many superpixels were asked for, and d were found. The overlap is, of the k superpixels of largest absolute
    coefficients of each map, the area that both have over the area that either has, in [0, 1]; ranks are Spearman's
    correlation of the two heat maps over pixels, in [−1, 1].
    """

    asked: int
    d: int
    overlap: float
    ranks: float


@dataclass(frozen=True, eq=False)
class StabilityTest(Shown):
    """How far repeated explanations agree, beside what one of them forecasts.

    Attributes:
        plan: what was asked for.
        k: how many parts are selected.
        level: of the intervals.
        explanations: of the seeds; the first is the one that noises and numbers of superpixels are compared with.
        forecast: of the agreement of another seed with the first explanation, from that explanation alone; None where
            its standard errors are not known.
        seeds: agreement of the explanations of all seeds.
        noise: agreement of the explanations under noise with the first, which have its masks; None without any.
        counts: a row for each number of superpixels. These are a choice and no sample, so there is no interval.
        n_evaluations: inputs that were evaluated.
    """

    plan: StabilityPlan
    k: int
    level: float
    explanations: tuple[InputExplanation, ...]
    forecast: Stability | None
    seeds: Agreement
    noise: Agreement | None
    counts: tuple[CountAgreement, ...]
    n_evaluations: int

    def plot(self) -> Figure:
        """A matplotlib figure of the coefficients of all seeds, and of the indices with their intervals."""
        return figure_of(self, LEVEL)


def count_agreement(asked: int, first: Any, other: Any, k: int) -> CountAgreement:
    """How far two explanations of one photograph with different superpixels agree.

    Args:
        asked: superpixels asked for.
        first, other: the explanations.
        k: how many superpixels of each are selected; all where it has fewer.
    """
    areas = [selections([one], min(k, one.d))[0][one.segments] for one in (first, other)]
    shared = float((areas[0] & areas[1]).sum() / (areas[0] | areas[1]).sum())
    ranks = explanation_similarity(np.ravel(first.heatmap()), np.ravel(other.heatmap()))
    return CountAgreement(asked, other.d, shared, ranks)
