"""`ATTRIBUTIONS`: what is computed from the values of F on masks, one row each, to which other packages can add theirs.

One of your own takes a fit, a limit and one row here, or, in another package, an entry point of the group
``limetheory.attributions`` that is an `Attribution`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from limetheory.arguments import integer, real
from limetheory.arrays import Masks
from limetheory.attribution import population
from limetheory.attribution.contextual import ciu
from limetheory.attribution.differences import difference, information, log_odds, pda, rise
from limetheory.attribution.given_masks import given_rows
from limetheory.attribution.laws import measure
from limetheory.attribution.needs import require_design, require_drawn, require_masks
from limetheory.attribution.regressions import kernel_shap, lime, ols
from limetheory.designs import BernoulliDesign, Design, ImageDesign, KeepOneDesign, LeaveOneOutDesign, ShapleyDesign
from limetheory.designs.base import checked_design
from limetheory.estimation.methods.table import MORE, Method, fewest_for_wls
from limetheory.estimation.methods.together import fits_of_each
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.samples.sampling import Scheme
from limetheory.explanation import Explanation
from limetheory.registry import Registry

GROUP = "limetheory.attributions"
"""The entry-point group: a name there → an `Attribution`."""

FitSample: TypeAlias = Callable[[Sample, Design | None, float], Explanation]
"""(sample, what it was drawn from or None, ridge) → the attribution, with standard errors."""
LimitOf: TypeAlias = Callable[[Any, Design, float], Explanation]
"""(F, design, ridge) → what it tends to on masks of the design."""


@dataclass(frozen=True)
class Attribution:
    """One row of `ATTRIBUTIONS`: how values of F on masks become one number for each part.

    Attributes:
        name: as ``method`` has it.
        summary: its formula, or what it is, in half a line.
        fit: (sample, design, ridge) → `Explanation`.
        limit: (F, design, ridge) → `Explanation`, what ``fit`` tends to on masks of the design.
        design: d → the design of its masks where none is given.
        needs: masks without which it is refused, by their names in `limetheory.attribution.needs.NEEDS`.
        sampling: how they are drawn where nothing is said, a name of `SCHEMES`.
        beside: which values it needs besides those of the masks, as `Method` has it; with ``"ends"``, masks that hide
            all or nothing do not count among those that it needs.
        slopes: whether it is a regression with d + 1 parameters (d − 1 where F(0) and F(1) are given).
        ridge: whether it takes a penalty.
        statement: the label of its limit.

    >>> ATTRIBUTIONS["ciu"].design(5), ATTRIBUTIONS["ciu"].sampling
    (LeaveOneOutDesign(d=5), 'strata')
    """

    name: str
    summary: str
    fit: FitSample
    limit: LimitOf
    design: Callable[[int], Design]
    needs: tuple[str, ...] = ()
    sampling: str = "design"
    beside: str = ""
    slopes: bool = False
    ridge: bool = False
    statement: str = ""

    def require(self, masks: Masks, ridge: float = 0.0) -> None:
        """Refuse masks, (n, d) bool, that are too few or lack some that it needs, in one line.

        >>> ATTRIBUTIONS["ols"].require(np.eye(3, dtype=bool))
        Traceback (most recent call last):
        ValueError: attribution 'ols' needs 4 masks of 3 parts at least, got 3; draw more masks
        """
        masks, ridge = given_rows(masks), self.checked_ridge(ridge)
        d, sizes = masks.shape[1], np.count_nonzero(masks, axis=1)
        if self.beside != "ends":
            require_masks(self.name, self.needs, masks, d + 1 if self.slopes and not ridge else 1)
            return
        integer("d", d, 2, "with one part the Shapley value is F(1) − F(0)")
        require_masks(self.name, self.needs, masks[(sizes > 0) & (sizes < d)], d - 1)

    def require_design(self, design: Design) -> None:
        """Refuse a design whose masks are never some that it needs, in one line."""
        require_design(self.name, self.needs, checked_design(design))

    def checked_ridge(self, ridge: Any) -> float:
        """The penalty, refused where it takes none."""
        penalty = real("ridge", ridge, at_least=0)
        if penalty and not self.ridge:
            takers = " or ".join(repr(row.name) for row in _ROWS if row.ridge)
            raise ValueError(
                f"attribution {self.name!r} takes no ridge, got {penalty:g}; leave it out, or use {takers}"
            )
        return penalty

    def fit_each(self, samples: Sequence[Sample], design: Design | None, ridge: float) -> list[Explanation]:
        """The attribution of each sample of the same masks; see `together` for a fit that computes them at once."""
        return fits_of_each(self.fit, samples, design, ridge)

    def as_method(self) -> Method:
        """The method of `estimate`, which draws masks, evaluates them and is interrupted as for LIME.

        >>> import limetheory as lt
        >>> F, row = lt.Additive([1.0, -2.0, 0.5]), ATTRIBUTIONS["ciu"]
        >>> lt.estimate(F, row.design(3), 1000, method=row.as_method()).coefficients.round(12).tolist()
        [0.166666666667, -0.333333333333, 0.083333333333]
        """
        return Method(
            self.name, self.summary, self.fit, self._fewest, statement=self.statement, beside=self.beside,
            takes=frozenset({"sampling", *(["ridge"] if self.ridge else []), *(["random"] if self._draws else [])}),
            accepts=self._accepts, sampling=self.sampling, require_limit=self._require_limit,
        )  # fmt: skip

    @property
    def _draws(self) -> bool:
        """Whether F may be random: not where single values are differences, or constraints."""
        return self.beside != "ends" and self.sampling == "design"

    def _fewest(self, design: Design, ridge: float, paired: bool) -> tuple[int, str]:
        if self.slopes:
            return fewest_for_wls(design, ridge, paired)
        return (1, MORE) if self.sampling == "design" else (design.d + 1, f"its d = {design.d} parts need one each")

    def _require_limit(self, design: Design, penalty: float) -> None:
        """Refuse a design that leaves coefficients of a regression open; other numbers ask for no more than `needs`."""
        if self.slopes:
            (measure(self.name, design) or design).require_limit(penalty)

    def _accepts(self, design: Design, n: int, scheme: Scheme) -> None:
        require_drawn(self.name, self.needs, design, n, scheme)


_ROWS = [
    Attribution(
        "rise", "mean of F where the part is shown", rise, population.rise_limit, BernoulliDesign, ("shown",),
        statement="prop:one-ranking",
    ),
    Attribution(
        "pda", "F(1) − mean of F where the part is hidden", pda("pda", difference), population.pda_limit(difference),
        BernoulliDesign, ("hidden",), beside="full", statement="prop:one-ranking",
    ),
    Attribution(
        "pda_log_odds", "the same with log2 odds of both terms", pda("pda_log_odds", log_odds),
        population.pda_limit(log_odds), BernoulliDesign, ("hidden",), beside="full", statement="prop:one-ranking",
    ),
    Attribution(
        "pda_information", "the same with log2 of both terms", pda("pda_information", information),
        population.pda_limit(information), BernoulliDesign, ("hidden",), beside="full", statement="prop:one-ranking",
    ),
    Attribution(
        "ciu", "(F(1) − F without the part) / (2 range of F)", ciu("ciu", False), population.ciu_limit(False),
        LeaveOneOutDesign, ("full", "hidden alone"), "strata", statement="prop:equivalence",
    ),
    Attribution(
        "ciu_inverse", "(F of the part alone − F(1)) / (2 range of F)", ciu("ciu_inverse", True),
        population.ciu_limit(True), KeepOneDesign, ("full", "kept alone"), "strata", statement="prop:keep-one",
    ),
    Attribution(
        "ols", "least squares, every mask counting equally", ols, population.regression_limit("ols"),
        BernoulliDesign, ("shown", "hidden"), slopes=True, ridge=True, statement="cor:unweighted",
    ),
    Attribution(
        "lime", "least squares weighted by LIME's kernel", lime, population.regression_limit("lime"),
        ImageDesign, ("shown", "hidden"), slopes=True, ridge=True, statement="thm:limit",
    ),
    Attribution(
        "kernel_shap", "least squares weighted by KernelSHAP's kernel, with the sum F(1) − F(0)", kernel_shap,
        population.regression_limit("kernel_shap"), ShapleyDesign, ("shown", "hidden"), beside="ends", slopes=True,
        statement="cor:efficient",
    ),
]  # fmt: skip

ATTRIBUTIONS: Registry[Attribution] = Registry(
    "method", {row.name: row for row in _ROWS}, GROUP, row=Attribution, remedy="choose one of them",
    columns=("summary", "statement"),
)  # fmt: skip
"""The attributions by name."""
