"""`estimate`: the sampled counterpart of `limit`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import flag, generator, real
from limetheory.arrays import Masks
from limetheory.counts import PLANNED, count
from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.estimation.methods.table import METHODS, Explain, Method, explanation_of, explanations_of
from limetheory.estimation.samples.columns import Columns
from limetheory.estimation.samples.resolved import resolved
from limetheory.estimation.samples.sample import Interrupted, Sample, draw
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
    asked = _asked(F, design, n, method, ridge, include_original, sampling)
    with asked.finished_part():
        if asked.how.draws_itself:
            return explanation_of(asked.how, F, design, asked.n, generator(rng))
        return asked.explanations([asked.drawn(F, rng)])[0]


def estimate_columns(
    F: Callable[[Masks], np.ndarray],
    design: Design,
    n: int,
    rng: Any = None,
    method: str | Method | Explain = "wls",
    ridge: float = 0.0,
    *,
    include_original: bool = False,
    sampling: str | Scheme | Drawn = "design",
) -> list[Explanation]:
    """`estimate` for each column of a function, such as the classes of a model, from one set of masks.

    Each explanation is that of its column alone, to the bit. For methods that do not draw masks by themselves.

    Args:
        F: (n, d) bool → (n, k) numbers.
        design, n, rng, method, ridge, include_original, sampling: see `estimate`.

    Raises:
        Interrupted: on Ctrl-C, with the explanation of the first column from the finished part.

    >>> import limetheory as lt
    >>> F = lt.Additive([1.0, -2.0, 0.5])
    >>> both = estimate_columns(lambda z: np.stack([F(z), 1 - F(z)], axis=1), lt.ImageDesign(3), 50, rng=0)
    >>> [found.coefficients.round(12).tolist() for found in both]
    [[1.0, -2.0, 0.5], [-1.0, 2.0, -0.5]]
    """
    asked = _asked(F, design, n, method, ridge, include_original, sampling)
    with asked.finished_part():
        columns = Columns(F)
        samples = columns.samples(asked.drawn(columns, rng))
        return asked.explanations(samples if isinstance(samples, list) else [samples])


@dataclass(frozen=True)
class _Asked:
    """What `estimate` was asked, checked."""

    design: Design
    n: int
    how: Method
    ridge: float
    include_original: bool
    scheme: Scheme
    fewest: int

    def drawn(self, F: MaskFunction, rng: Any) -> Sample:
        """The masks with the values of F."""
        how = self.how.beside
        sample = draw(F, self.design, self.n, generator(rng), self.include_original, self.scheme, how)
        return resolved(sample, F)

    def explanations(self, samples: Sequence[Sample]) -> list[Explanation]:
        """That of each of several functions on the same masks; fewer masks than n have a share of the penalty."""
        return explanations_of(self.how, samples, self.design, self._share(samples[0]))

    @contextmanager
    def finished_part(self) -> Iterator[None]:
        """Gives `Interrupted` the explanation of the finished part, where its masks are enough for one."""
        try:
            yield
        except Interrupted as interrupted:
            part, fit = interrupted.sample, METHODS["wls"] if self.how.draws_itself else self.how
            if part.n >= self.fewest and interrupted.explanation is None:
                with suppress(ValueError):
                    interrupted.explanation = fit.function(part, self.design, self._share(part))
            raise

    def _share(self, sample: Sample) -> float:
        return self.ridge * (sample.n / self.n)


def _asked(F: Any, design: Design, n: int, method: Any, ridge: float, include_original: bool, sampling: Any) -> _Asked:
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
        refuse_random(F, f"method {how.name!r}", "take method='wls' or method='unbiased', or a tolerance")
    how.require_limit(design, ridge / n)
    if not scheme.plain and (how.draws_itself or include_original):
        fixed = f"method {how.name!r}" if how.draws_itself else "include_original"
        raise ValueError(f"{fixed} chooses masks by itself, got sampling={scheme.name!r}; use sampling 'design'")
    return _Asked(design, n, how, ridge, include_original, scheme, fewest)


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
