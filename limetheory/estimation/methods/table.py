"""The methods of `estimate`, one row each, to which other packages can add theirs.

A method of your own takes one module and one row here, or, in another package, an entry point of the group
``limetheory.methods`` that is a function or a `Method`. Without either, `estimate` takes the function itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from limetheory.designs import Design
from limetheory.estimation.methods.own_time import refusal, seconds_of_adjusted, seconds_of_quadrature
from limetheory.estimation.methods.together import fits_of_each, together
from limetheory.estimation.methods.unbiased import FEWEST_SAMPLES, unbiased
from limetheory.estimation.methods.wls import wls_of_each
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.samples.sampling import Scheme
from limetheory.evaluation import MaskFunction
from limetheory.explanation import Explanation
from limetheory.functions import answer
from limetheory.registry import Registry, on_use

GROUP = "limetheory.methods"
"""The entry-point group: a name there → a function `Explain`, or a `Method`."""

Explain: TypeAlias = Callable[[MaskFunction, Design, int, np.random.Generator], Explanation]
"""(F, design, n, rng) → an explanation of F from about n masks that it draws itself."""
Fit: TypeAlias = Callable[[Sample, Design, float], Explanation]
"""(sample, design, ridge) → an explanation of masks that are drawn for it."""
Fewest: TypeAlias = Callable[[Design, float, bool], tuple[int, str]]
"""(design, ridge, whether masks come in pairs) → the fewest masks, and what to do with fewer."""

Accepts: TypeAlias = Callable[[Design, int, Scheme], None]
"""(design, n, how masks are drawn) → None, or a refusal."""

MORE = "draw more masks"
_FEWEST_FOR_SURROGATES = 8  # the fewest masks from which surrogates are fitted; a convention


def _any_number(design: Design, ridge: float, paired: bool) -> tuple[int, str]:
    return 1, MORE


def _require_regression(design: Design, penalty: float) -> None:
    design.require_limit(penalty)


@dataclass(frozen=True)
class Method:
    """One row of `METHODS`: a method that fits masks drawn for it, or one that draws masks by itself.

    Attributes:
        name: as ``method`` has it.
        summary: what it is, in half a line.
        function: `Fit` where it takes ``"sampling"``, else `Explain`.
        fewest: the fewest masks that it can do with.
        unbiased: whether its mean is the limit at every n.
        takes: which of ``"ridge"``, ``"include_original"`` and ``"sampling"`` it reads, and ``"random"`` where F may be
            random, see `limetheory.evaluation.is_random`.
        statement: the label of what it rests on.
        beside: which values it needs besides the masks': ``"full"`` for F(1), ``"ends"`` for F(0) and F(1), or none.
        accepts: (design, n, scheme) → None, which raises `ValueError` where masks that it needs are not drawn for
            certain; asked before any mask is drawn.
        sampling: the name of the scheme that masks are drawn by where the default ``"design"`` is asked for.
        require_limit: (design, population penalty) → None, which raises `DegenerateDesignError` where there is no limit
            to estimate; by default where the design does not determine the coefficients of its own regression.
    """

    name: str
    summary: str
    function: Callable[..., Explanation]
    fewest: Fewest = _any_number
    unbiased: bool = False
    takes: frozenset[str] = frozenset()
    statement: str = ""
    beside: str = ""
    accepts: Accepts | None = None
    sampling: str = "design"
    require_limit: Callable[[Design, float], None] = _require_regression

    @property
    def draws_itself(self) -> bool:
        """Whether it chooses masks by itself."""
        return "sampling" not in self.takes


def of_function(name: str, function: Explain) -> Method:
    """The method of a function, of which nothing else is known."""

    return Method(name, "a function", function, takes=frozenset({"random"}))


def explanation_of(method: Method, F: MaskFunction, design: Design, n: int, rng: np.random.Generator) -> Explanation:
    """What a method that draws masks by itself explains, checked."""
    found = answer(f"method {method.name!r}", method.function, _EXPLAIN, F, design, n, rng, remedy=_OR_FIT)
    return _checked(method.name, found, design.d)


def explanations_of(method: Method, samples: Sequence[Sample], design: Design, ridge: float) -> list[Explanation]:
    """What a method makes of each of several functions on masks that were drawn for it, checked."""

    def fit(sample: Sample, design: Design, ridge: float) -> Explanation:
        found = answer(f"method {method.name!r}", method.function, _FIT, sample, design, ridge, remedy=_OR_EXPLAIN)
        return _checked(method.name, found, design.d)

    return fits_of_each(method.function if isinstance(method.function, together) else fit, samples, design, ridge)


_EXPLAIN, _FIT = "(F, design, n, rng) → Explanation", "(sample, design, ridge) → Explanation"
_OR_FIT = "give these, or a Method with takes={'sampling'} for a function of (sample, design, ridge)"
_OR_EXPLAIN = "give these, or a Method without takes={'sampling'} for a function of (F, design, n, rng)"


def _checked(name: str, found: Any, d: int) -> Explanation:
    if not isinstance(found, Explanation):
        raise TypeError(f"method {name!r} must return an Explanation, got {type(found).__name__}; build one of its own")
    if found.coefficients.shape != (d,):
        raise ValueError(f"method {name!r} must return {d} coefficients, got shape {found.coefficients.shape}; mend it")
    return found


def fewest_for_wls(design: Design, ridge: float, paired: bool) -> tuple[int, str]:
    """As many masks as parameters, or pairs as superpixels; one with a penalty."""
    if ridge:
        return 1, MORE
    if paired:
        return 2 * design.d, f"d = {design.d} coefficients need d pairs, so draw more"
    return design.d + 1, f"d = {design.d} coefficients and an intercept need d + 1 masks, so draw more"


def _fewest_for_unbiased(design: Design, ridge: float, paired: bool) -> tuple[int, str]:
    return FEWEST_SAMPLES * (1 + paired), MORE


def _fewest_for_surrogates(design: Design, ridge: float, paired: bool) -> tuple[int, str]:
    return _FEWEST_FOR_SURROGATES, MORE


def _fewest_for_active(design: Design, ridge: float, paired: bool) -> tuple[int, str]:
    fewest = design.d if design.efficient else design.d + 2
    return fewest, f"d = {design.d} coefficients need d + 2 masks, F(0) and F(1) among them, so draw more"


def _fewest_for_both(design: Design, ridge: float, paired: bool) -> tuple[int, str]:
    return _fewest_for_active(design, ridge, paired)[0] + _FEWEST_FOR_SURROGATES, MORE


@together
def _fit_wls(samples: Sequence[Sample], design: Design, ridge: float) -> list[Explanation]:
    return wls_of_each(samples, ridge, design)


def _refuse_dependent(design: Design, n: int, scheme: Scheme) -> None:
    if scheme.dependent:
        raise ValueError(
            f"method 'unbiased' needs masks that the others say nothing of, got sampling={scheme.name!r}; use method "
            "'wls', or sampling 'strata'"
        )


def _fit_unbiased(sample: Sample, design: Design, ridge: float) -> Explanation:
    return unbiased(sample, design)


# adjusted and quadrature load scipy.optimize, which the others need not wait for
_ROWS = [
    Method(
        "wls", "weighted least squares, optionally with lime's ridge", _fit_wls, fewest_for_wls,
        takes=frozenset({"ridge", "include_original", "sampling", "random"}), statement="thm:clt",
    ),
    Method(
        "unbiased", "known Gram matrix, linear part subtracted", _fit_unbiased, _fewest_for_unbiased, unbiased=True,
        takes=frozenset({"sampling", "random"}), statement="prop:unbiased", accepts=_refuse_dependent,
    ),
    Method(
        "adjusted", "cross-fitted Gaussian processes subtracted, strata of sizes",
        on_use("limetheory.estimation.methods.adjusted:adjusted"), _fewest_for_surrogates, unbiased=True,
        statement="prop:unbiased", accepts=refusal("adjusted", seconds_of_adjusted),
    ),
    Method(
        "quadrature", "the limit of one Gaussian process fitted to all values",
        on_use("limetheory.estimation.methods.quadrature:quadrature"), _fewest_for_surrogates,
        statement="prop:unbiased", accepts=refusal("quadrature", seconds_of_quadrature),
    ),
    Method(
        "active", "masks that reduce the variance of a Gaussian process most, and its limit",
        on_use("limetheory.estimation.methods.active:active"), _fewest_for_active, statement="prop:unbiased",
    ),
    Method(
        "active_unbiased", "processes fitted to active masks subtracted from masks that are drawn",
        on_use("limetheory.estimation.methods.active_unbiased:active_unbiased"), _fewest_for_both, unbiased=True,
        statement="prop:unbiased",
    ),
]  # fmt: skip

METHODS: Registry[Method] = Registry(
    "method", {row.name: row for row in _ROWS}, GROUP, of_function, Method,
    "choose one, or give a function (F, design, n, rng) → Explanation", ("summary", "unbiased", "statement"),
)  # fmt: skip
"""The methods by name."""
