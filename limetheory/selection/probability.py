"""`selection_probability`: how often sampled runs select the same features (prop:selection)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np

from limetheory.arguments import generator, numbers
from limetheory.arrays import Gram, PerSuperpixel
from limetheory.counts import count
from limetheory.designs import Design
from limetheory.estimation import Sample
from limetheory.estimation.methods.wls import wls
from limetheory.explanation import Explanation
from limetheory.explanation.quantiles import factor
from limetheory.given import given as written
from limetheory.limits import all_masks, limit, tabulate
from limetheory.selection.names import asked
from limetheory.selection.normal_runs import normal_moments
from limetheory.selection.paths import forward_orders, lasso_supports
from limetheory.selection.rows import select_rows
from limetheory.selection.select import check_sample, choices, from_moments, matching, moments_under
from limetheory.statistics import asymptotic_covariance
from limetheory.statistics.inference import known_covariance

_LARGEST_D = 16
_OF_COEFFICIENTS = ("highest_weights", "none")
"""Methods that read the coefficients alone."""
_BLOCK = 1 << 12


@dataclass(frozen=True, eq=False)
class SelectionProbability:
    """How often runs select the same features.

    Attributes:
        selected: the features whose selection is meant, in the order of `select_features`.
        probability: that a run selects this set, a share of the draws.
        standard_error: of that share, from the number of draws.
        same_order: probability that a run selects these features in this order: of the path, for ``"forward"``.
        inclusion: probability that a run selects each feature, shape (d,).
        draws: the number of simulated runs.
    """

    selected: tuple[int, ...]
    probability: float
    standard_error: float
    same_order: float
    inclusion: PerSuperpixel
    draws: int


def selection_probability(
    source: Any,
    k: int,
    method: str = "auto",
    *,
    design: Design | None = None,
    covariance: Gram | None = None,
    n: int | None = None,
    rng: Any = 0,
    draws: int = 10_000,
) -> SelectionProbability:
    """The probability that a run of n masks selects the features that its limit has, by thm:clt (prop:selection).

    Runs are simulated as normal vectors, none of them with a value of F. What a run is depends on the source:

    - An `Explanation`: runs select from their coefficients, with the design's own covariances of masks; the
      coefficients are normal.
    - A `Sample`: runs select from their rows, as lime does; the sample's second moments are normal.
    - A set function, with design and n: runs select from their rows; the population's second moments are normal.

    For ``"highest_weights"``, of an instance of ones, all three are the same, and the coefficients are what is normal.
    For ``"forward"`` and ``"lasso_path"`` the first is for `select_features` of an explanation; lime's own selection on
    the rows of a sample has another law, since the covariances of its masks are random too, and needs the second or the
    third. For an additive F every estimate is exact and the first probability is 1, while lime's K-LASSO on 3000 masks
    may select another set in a quarter of the runs.

    The probability is exact as n grows if differences between features are of the order 1/√n, and tends to 1 for fixed
    ones. An explanation and a sample stand for their limit: the answer is for a limit equal to this estimate. The
    prediction for another run by what is known from this one is `stability`.

    Args:
        source: one of these. A set function has at most 16 superpixels, and is evaluated on all masks.
        k, method: see `select_features`.
        design: of the explanation, None being its own; of the set function.
        covariance: of the coefficients, (d, d), for an `Explanation` only: for a limit
            ``asymptotic_covariance(F, design) / n``. None is the explanation's own.
        n: masks of a run; for a set function only.
        rng: seed or numpy.random.Generator of the draws (SPEC 7).
        draws: the number of simulated runs.

    Raises:
        ValueError: what `select_features` refuses, a covariance that is not known or of another shape, or a sample in
            strata.

    >>> import limetheory as lt
    >>> F, design = lt.SetFunction([0, 1, 1, 3, 0, 0, 2, 1]), lt.ImageDesign(3)
    >>> spread = lt.asymptotic_covariance(F, design) / 20
    >>> found = selection_probability(lt.limit(F, design), 1, "forward", design=design, covariance=spread)
    >>> found.selected, round(found.probability, 2)
    ((1,), 0.86)
    """
    given = _Given(k, method, design, covariance, n, generator(rng), count("draws", draws, 1))
    found: SelectionProbability = _probability(source, given)
    return found


@dataclass(frozen=True)
class _Given:
    """The arguments besides the source."""

    k: int
    method: str
    design: Design | None
    covariance: Any
    n: Any
    rng: np.random.Generator
    draws: int

    def refuse(self, kind: str, **without: Any) -> None:
        """Refuse arguments that a source of that kind does not take."""
        for name, value in without.items():
            if value is not None:
                raise ValueError(f"{name} does not go with {kind}, got {written(value)}; leave it out")


@singledispatch
def _probability(source: Any, given: _Given) -> SelectionProbability:
    """Of a set function: the second moments of n masks are normal about those of the design."""
    if not callable(source):
        raise TypeError(
            f"an Explanation, a Sample or a set function is needed, got {type(source).__name__}; give what limit "
            "returns"
        )
    given.refuse("a set function", covariance=given.covariance)
    if given.design is None or given.n is None:
        raise ValueError(
            "a set function needs the design and the number of masks of a run, got "
            f"design={written(given.design)}, n={written(given.n)}; give design=ImageDesign(d), n=1000"
        )
    design, n = given.design, count("n", given.n, 2)
    matching(design, getattr(source, "d", getattr(design, "d", 0)))
    k, method = asked(given.k, design.d, given.method)
    if design.d > _LARGEST_D:
        raise ValueError(f"a set function must have d ≤ {_LARGEST_D}, got {design.d}; give a Sample of its values")
    table = tabulate(source, design.d)
    exact = limit(table, design)
    moments_under(exact, design)
    masks = all_masks(design.d)
    if method in _OF_COEFFICIENTS:
        spread = asymptotic_covariance(table, design) / n
        return _of_coefficients(exact, from_moments(exact, design, k, method), spread, None, k, method, given)
    shares = design.probability(masks)
    masks, values, shares = masks[shares > 0], table.values[shares > 0], shares[shares > 0]
    noise = np.sqrt(shares * design.density(masks) / n)
    runs = normal_moments(masks.astype(float), values, shares, noise, given.draws, given.rng)
    return _counted(from_moments(exact, design, k, method), _selections(runs, k, method), design.d, given.draws)


@_probability.register
def _of_sample(sample: Sample, given: _Given) -> SelectionProbability:
    given.refuse("a Sample", covariance=given.covariance, n=given.n, design=given.design)
    k, method = asked(given.k, sample.d, given.method)
    check_sample(sample)
    if sample.strata:
        raise ValueError("a sample must be drawn mask by mask or in pairs, got one in strata; use sampling 'design'")
    if method in _OF_COEFFICIENTS:
        found = wls(sample)
        return _of_coefficients(
            found, from_moments(found, None, k, method), known_covariance(found), None, k, method, given
        )
    shares = sample.weights / sample.total_weight()
    units = np.arange(sample.n) // 2 if sample.paired else None
    rows = sample.masks.astype(float)
    chosen = select_rows(rows, sample.values, sample.weights, np.ones(sample.d), k, method)
    runs = normal_moments(rows, sample.values, shares, shares, given.draws, given.rng, units)
    return _counted(chosen, _selections(runs, k, method), sample.d, given.draws)


@_probability.register
def _of_explanation(explanation: Explanation, given: _Given) -> SelectionProbability:
    given.refuse("an Explanation", n=given.n)
    k, method = asked(given.k, explanation.d, given.method)
    design = getattr(explanation, "design", None) if given.design is None else given.design
    chosen = from_moments(explanation, design, k, method)
    masks = None if method in _OF_COEFFICIENTS else moments_under(explanation, design)
    return _of_coefficients(explanation, chosen, _covariance(explanation, given.covariance), masks, k, method, given)


def _covariance(explanation: Explanation, given: Any) -> Gram:
    if given is None:
        found = known_covariance(explanation)
        if not found.any():
            raise ValueError(
                "the covariance of a run's coefficients is needed, got an exact limit; give "
                "covariance=asymptotic_covariance(F, design) / n"
            )
        return found
    covariance = numbers("covariance", given)
    if covariance.shape != 2 * (explanation.d,):
        raise ValueError(
            f"covariance must have shape {2 * (explanation.d,)}, got {covariance.shape}; give that of all coefficients"
        )
    return covariance


def _of_coefficients(
    explanation: Explanation,
    chosen: np.ndarray,
    covariance: Gram,
    masks: np.ndarray | None,
    k: int,
    method: str,
    given: _Given,
) -> SelectionProbability:
    """Of runs whose coefficients are normal, with the design's own covariances of masks."""
    axes = factor(covariance)

    def runs() -> Iterator[np.ndarray]:
        for start in range(0, given.draws, _BLOCK):
            normal = given.rng.standard_normal((min(_BLOCK, given.draws - start), axes.shape[1]))
            yield from choices(masks, explanation.coefficients + normal @ axes.T, k, method, np.ones(explanation.d))

    return _counted(chosen, runs(), explanation.d, given.draws)


def _selections(runs: Iterable[tuple[np.ndarray, np.ndarray]], k: int, method: str) -> Iterator[np.ndarray]:
    """What each run selects from its second moments."""
    for covariances, moments in runs:
        if method == "forward":
            yield from forward_orders(covariances, moments, k)
        else:
            yield from map(np.flatnonzero, lasso_supports(covariances, moments, k))


def _counted(chosen: np.ndarray, runs: Iterable[np.ndarray], d: int, draws: int) -> SelectionProbability:
    """Shares of the runs that select the same set, the same order, and each feature."""
    members, same, ordered, inclusion = set(chosen.tolist()), 0, 0, np.zeros(d)
    for run in runs:
        inclusion[run] += 1
        same += set(run.tolist()) == members
        ordered += np.array_equal(run, chosen)
    share = same / draws
    error = float(np.sqrt(share * (1 - share) / draws))
    return SelectionProbability(tuple(chosen.tolist()), share, error, ordered / draws, inclusion / draws, draws)
