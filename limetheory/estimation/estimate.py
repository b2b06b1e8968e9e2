"""`estimate`: the sampled counterpart of `limit`."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from limetheory.arguments import flag, generator, real
from limetheory.counts import PLANNED, count
from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.estimation.methods.table import METHODS, Explain, Method, explanation_of
from limetheory.estimation.samples.sample import Interrupted, draw
from limetheory.estimation.samples.sampling import SCHEMES, Drawn, Scheme
from limetheory.evaluation import MaskFunction, mask_function, refuse_random, superpixel_count
from limetheory.explanation import Explanation


def estimate(
    F: MaskFunction,
    design: Design,
    n: int,
    rng: Any = None,
    method: str | Method | Explain = "wls",
    ridge: float = 0.0,
    *,
    include_original: bool = False,
    sampling: str | Scheme | Drawn = "design",
) -> Explanation:
    """Explain a set function from n sampled masks; the answer converges to `limit(F, design)`.

    The same seed gives the same masks whatever the batch size or device. Efficient designs evaluate F(0) and F(1)
    besides the n masks.

    Standard errors of a function that is linear on the masks drawn are not 0, though its residuals are: they are those
    that three further masks would cause whose residuals are as large as the range of F, since an interaction may be
    unseen (the rule of three). They drop to 0 once every mask was evaluated, which nothing can then contradict.

    Args:
        F: callable (n, d) bool → (n,), called on at most `F.block_size` masks at a time (default 4096). One whose
            values at a mask are independent draws states it by ``F.random = True``: standard errors then hold for the
            draws too, and equal masks are taken for different ones. For ``"wls"`` and ``"unbiased"`` only.
        design: the design to draw from, with F's number of superpixels.
        n: number of masks, at least the method's fewest, such as d + 1 for ``"wls"`` without ridge (2d in pairs).
        rng: None, an int or a numpy.random.Generator (SPEC 7).
        method: the name of one of `METHODS`, which ``print(limetheory.estimation.METHODS)`` lists with those of other
            packages; or a function (F, design, n, rng) → `Explanation`.
        ridge: penalty on the sum of the n weighted squares, scikit-learn's and lime's α ≥ 0 (lime: 1);
            its limit is ``limit(F, design, ridge=ridge / n)``; fewer masks than n, which ``"strata"`` draws where there
            are no more, have a share of the penalty. For ``"wls"`` only.
        include_original: force the first mask to all ones as lime does; a bias of order 1/n. For ``"wls"`` with
            ``sampling="design"`` only.
        sampling: how masks are drawn for a method that does not draw them itself: the name of one of `SCHEMES`, which
            ``print(limetheory.estimation.SCHEMES)`` lists. All have the same limit, and ``"unbiased"`` has it as its
            mean under each but ``"balanced"``, which it refuses. A method that needs certain masks, such as an
            attribution by CIU, has a way of its own in place of ``"design"``. Or a function (design, n, rng) → (masks,
            ratios) that draws n masks independently of each other, with the ratio of the sampling law's probability of
            each to its own.

    Raises:
        DegenerateDesignError: the design does not determine the coefficients, so that there is no limit to estimate.
        ValueError: arguments out of range, or F returns a wrong shape or non-finite values.
        Interrupted: on Ctrl-C, with the explanation of the finished part.

    Warns:
        FewMasksWarning: the finite interval of a coefficient rests on fewer than ten effective masks: so few show or
            hide its superpixel, differ in size from the rest, or make up its variance. It may then hold the limit less
            often than its level says.

    >>> import limetheory as lt
    >>> answer = estimate(lt.Additive([1.0, -2.0, 0.5]), lt.ImageDesign(3), 50, rng=0)
    >>> answer.coefficients.round(12).tolist(), answer.n_evaluations
    ([1.0, -2.0, 0.5], 50)
    """
    checked_design(design)
    mask_function("F", F)
    superpixel_count(F, design.d)
    how = accepted_method(method, ridge, include_original)
    scheme = SCHEMES.chosen(how.sampling if isinstance(sampling, str) and sampling == "design" else sampling)
    fewest, remedy = how.fewest(design, ridge, scheme.paired)
    n = count("n", n, fewest, remedy, PLANNED)
    if how.accepts is not None:
        how.accepts(design, n, scheme)
    if "random" not in how.takes:
        refuse_random(F, f"method {how.name!r}")
    how.require_limit(design, ridge / n)
    if not scheme.plain and (how.draws_itself or include_original):
        fixed = f"method {how.name!r}" if how.draws_itself else "include_original"
        raise ValueError(f"{fixed} chooses masks by itself, got sampling={scheme.name!r}; use sampling 'design'")
    try:
        if how.draws_itself:
            return explanation_of(how, F, design, n, generator(rng), d=design.d)
        sample = draw(F, design, n, generator(rng), include_original, scheme, how.beside)
        return explanation_of(how, sample, design, ridge * (sample.n / n), d=design.d)
    except Interrupted as interrupted:
        if interrupted.sample.n >= fewest:
            with suppress(ValueError):
                part = interrupted.sample
                fit = METHODS["wls"] if how.draws_itself else how
                interrupted.explanation = fit.function(part, design, ridge * (part.n / n))
        raise


def accepted_method(method: str | Explain | Method, ridge: float, include_original: bool) -> Method:
    """The row of a method, refused with a ridge or the original where it does not take them."""
    how, ridge = METHODS.chosen(method), real("ridge", ridge, at_least=0)
    asked = {"ridge": ridge, "include_original": flag("include_original", include_original)}
    for name in [name for name, value in asked.items() if value and name not in how.takes]:
        raise ValueError(
            f"method {how.name!r} takes no {name}, which would bias it, got {name}={asked[name]}; leave it out, or "
            "use method 'wls'"
        )
    return how
