"""`change`: what an edit changes in a prediction and in its explanation, from the same masks before and after."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from limetheory.arguments import flag
from limetheory.designs import Design
from limetheory.estimation import Interrupted, Sample
from limetheory.estimation.methods.table import Explain, Method
from limetheory.estimation.sequential.until import N_MAX
from limetheory.evaluation import refuse_random
from limetheory.explaining.budget import LEVEL, Budget, Masks, budget_of
from limetheory.explaining.classes import Classes, same_sources
from limetheory.explaining.explained import chosen_design, explained, refuse_design
from limetheory.given import given
from limetheory.inspection.budgets import LARGEST_EXACT_D, AllMasks, DrawnMasks
from limetheory.inspection.changed import Change
from limetheory.inspection.difference import DifferenceFunction, bounds_of_difference
from limetheory.inspection.kinds import InputKind, kind_of

_PASSES = 4
"""How often the masks are gone through: for the difference and for both sides, complete and, after Ctrl-C, in part."""


def change(
    model: Any,
    before: Any,
    after: Any,
    *,
    target: int | str | None = None,
    design: Design | Callable[[int], Design] | None = None,
    n: int | None = None,
    tolerance: float | None = None,
    level: float = LEVEL,
    bounds: tuple[float, float] | None = None,
    guarantee: str | None = None,
    n_max: int = N_MAX,
    method: str | Method | Explain = "wls",
    ridge: float = 0.0,
    include_original: bool = False,
    exact: bool = False,
    rng: Any = None,
    batch_size: int | None = None,
    device: Any = None,
    dtype: Any = None,
) -> Change:
    """Explain one class of a model before and after an edit, and the difference of the two, from the same masks.

    Both inputs are asked about the same masks, and the difference is the fit of F_after − F_before on them. So its
    standard errors are those of pairs: what the edit leaves alone cancels, and they are small where it changes little,
    whatever the standard errors of the two explanations are. No mask is evaluated twice.

    Args:
        model: as the kind of input takes it, see `explain_image`, `explain_text` and `explain_tabular`.
        before: an input whose parts can be switched off: a `MaskedImage` or another kind of masked image, a
            `MaskedText` or a `MaskedRow`.
        after: the same input after the edit, with the same parts. `image_change`, `text_change` and `row_change` make
            both.
        target: class index or name, the same before and after; None takes the model's top class before.
        design: of the masks, with d = number of parts, or a function of d; None is the default of explanations of
            ``before``.
        n: number of masks; None is the default of explanations of this kind. For a fixed number only.
        tolerance: stop when every coefficient of the difference is within ±tolerance, and go on until those before and
            after are, see `estimate_until`.
        level: probability that all coefficients are, in (0, 1). For a tolerance only.
        bounds: (lo, hi) that the model's output for the class never leaves; for a tolerance only.
        guarantee, n_max: see `estimate_until`; for a tolerance only.
        method, ridge, include_original: see `estimate`; for a fixed n only.
        exact: evaluate every mask, which gives the limits and their difference without standard errors, for up to 14
            parts that are not random.
        rng: of the masks: None, an int or a numpy.random.Generator (SPEC 7). A seed gives ``before`` the explanation
            that `explain_image` and the others give with it.
        batch_size, device, dtype: see `ModelFunction`; they change no answer by more than rounding.

    Returns:
        A `Change`.

    Raises:
        ValueError, TypeError: bad arguments, or parts that do not correspond, in one line.
        Interrupted: on Ctrl-C, with the `Change` from the finished masks in its ``explanation``.

    >>> import limetheory as lt
    >>> stars = lambda texts: [3 + text.count("good") - 2.0 * text.count("bad") for text in texts]
    >>> plain, edited = lt.MaskedText("good plot"), lt.MaskedText("bad plot")
    >>> found = change(stars, plain, edited, exact=True)
    >>> found.difference.names, found.difference.coefficients.round(9).tolist()
    (('good → bad', 'plot'), [-3.0, 0.0])
    """
    refuse_design(design)
    kind = kind_of(before)
    if kind_of(after) is not kind:
        raise TypeError(
            f"before and after must be of one kind, got {type(before).__name__} and {type(after).__name__}; make both "
            "in the same way"
        )
    kind.part_names(before, after)
    options = {
        "n": kind.fixed_n if n is None else n, "method": method, "ridge": ridge, "level": level, "bounds": bounds,
        "include_original": include_original, "guarantee": guarantee, "n_max": n_max,
    }  # fmt: skip
    budget = budget_of(tolerance, options, kind.fixed_n)
    budget = _every_mask(before, budget, n) if flag("exact", exact) else budget
    chosen = chosen_design(
        design, before.d, lambda _: kind.design(before), kind.parts, getattr(before, "segments", None)
    )
    asked = {"batch_size": batch_size, "device": device, "dtype": dtype}
    pair = _Pair.of(kind, kind.model(model), before, after, target, same_sources(rng, 5), asked, chosen)
    if exact:
        refuse_random(pair.functions[0][0], "exact", "leave it out, which draws masks")
    return pair.change(budget)


def _every_mask(before: Any, budget: Budget, n: int | None) -> AllMasks:
    """The budget of an exact change.

    Raises:
        ValueError: too many parts, or options that it does not read.
    """
    if before.d > LARGEST_EXACT_D:
        raise ValueError(
            f"exact takes 2^d masks twice and is limited to d ≤ {LARGEST_EXACT_D}, got d = {before.d}; leave it out, "
            "which draws masks"
        )
    if n is not None or budget != Masks(n=budget.most):
        raise ValueError(f"exact evaluates every mask, got {given(budget)} besides; leave the other options out")
    return AllMasks(n=1 << before.d)


@dataclass(frozen=True)
class _Pair:
    """The set functions of a class before and after, one of each for every pass through the masks.

    Attributes:
        functions: (before, after), each a list of functions that share their answers.
        sources: of the masks of the difference, before and after; all draw the same numbers.
    """

    kind: InputKind
    model: Any
    functions: tuple[list[Any], list[Any]]
    sources: list[Any]
    design: Design

    @classmethod
    def of(cls, kind: InputKind, model: Any, before: Any, after: Any, target: Any, sources: list[Any],
           asked: dict[str, Any], design: Design) -> _Pair:  # fmt: skip
        """The functions of a model at both inputs; the class is that of the first."""
        first = kind.function(model, before, target, sources[0], asked)
        second = kind.function(model, after, first.target, sources[1], asked)
        if len(first.outputs) != len(second.outputs):
            raise ValueError(
                f"a model must always return as many columns, got {len(first.outputs)} before and "
                f"{len(second.outputs)} after"
            )
        functions = kind.sharing(first, _PASSES), kind.sharing(second, _PASSES)
        return cls(kind, model, functions, sources[2:], design)

    def change(self, budget: Budget) -> Change:
        """The change that a budget finds.

        Raises:
            Interrupted: with the change of the finished masks.
        """
        try:
            return self._explained(budget, 0)
        except Interrupted as stopped:
            stopped.explanation = self._part(stopped.sample, budget)
            raise

    def _part(self, sample: Sample, budget: Budget) -> Change | None:
        """The change from masks whose values are known; None where they are too few."""
        ridge = _ridge(budget) * sample.n / budget.most
        with suppress(ValueError):
            return self._explained(DrawnMasks(n=sample.n, ridge=ridge, sample=sample), 2)
        return None

    def _explained(self, budget: Budget, first: int) -> Change:
        """The change by two passes, of the functions of these numbers."""
        both = [of_side[first] for of_side in self.functions]
        difference = self._of(DifferenceFunction(*both), _doubled(budget), self.sources[0], self._names())
        before, after = (
            self._of(of_side[first + 1], budget, source, self.kind.part_names(of_side[0].masked, of_side[0].masked))
            for of_side, source in zip(self.functions, self.sources[1:], strict=True)
        )
        classes = self.kind.class_names(self.model, len(before.outputs))
        return Change(before=before, after=after, difference=difference, class_names=classes)

    def _names(self) -> tuple[str, ...] | None:
        before, after = (of_side[0].masked for of_side in self.functions)
        return self.kind.part_names(before, after)

    def _of(self, function: Any, budget: Budget, source: Any, names: Any) -> Any:
        attributes = self.kind.attributes(function, names, self.model, _ridge(budget))
        return explained(self.kind.explanation, Classes([function]), budget, self.design, source, **attributes)[0]


def _ridge(budget: Budget) -> float:
    return float(getattr(budget, "ridge", 0.0))


def _doubled(budget: Budget) -> Budget:
    """The budget of a difference: bounds of the output are those of both sides."""
    bounds = getattr(budget, "bounds", None)
    return budget if bounds is None else replace(budget, bounds=bounds_of_difference(bounds, bounds))  # type: ignore[arg-type]
