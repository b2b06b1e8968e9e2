"""`ATTRIBUTIONS`: what is computed from the values of F on masks, one row each, to which other packages can add theirs.

One of your own takes a fit, a limit and one row here, or, in another package, an entry point of the group
``limetheory.attributions`` that is an `Attribution`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from limetheory.arrays import Masks
from limetheory.attribution import population
from limetheory.attribution.contextual import ciu
from limetheory.attribution.means import difference, information, log_odds, pda, rise
from limetheory.attribution.regressions import kernel_shap, lime, ols
from limetheory.attribution.rows import require_rows
from limetheory.designs import (
    BernoulliDesign,
    Design,
    ImageDesign,
    KeepOneDesign,
    LeaveOneOutDesign,
    ShapleyDesign,
)
from limetheory.estimation.methods.table import Method, any_number, fewest_for_wls
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation
from limetheory.registry import Registry

GROUP = "limetheory.attributions"
"""The entry-point group: a name there → an `Attribution`."""

FitSample: TypeAlias = Callable[[Sample, Design | None, float], Explanation]
"""(sample, what it was drawn from or None, ridge) → the attribution with its standard errors."""
LimitOf: TypeAlias = Callable[[Any, Design, float], Explanation]
"""(F, design, ridge) → what it tends to on masks of the design."""


@dataclass(frozen=True)
class Attribution:
    """One row of `ATTRIBUTIONS`.

    Attributes:
        name: as ``method`` has it.
        summary: its formula or what it is, in half a line.
        fit: (sample, design, ridge) → `Explanation`.
        limit: (F, design, ridge) → `Explanation`.
        needs: the masks that it needs, by the names of `limetheory.attribution.rows.NEEDS`.
        design: d → the design that its masks are drawn from by default.
        sampling: how they are drawn by default, a name of `SCHEMES`.
        beside: which values it needs besides the masks', see `Method`.
        statement: the label of its limit.
        regression: whether it is a regression, which needs more masks than parts and takes a ridge.
    """

    name: str
    summary: str
    fit: FitSample
    limit: LimitOf
    needs: tuple[str, ...] = ()
    design: Callable[[int], Design] = BernoulliDesign
    sampling: str = "design"
    beside: str = ""
    statement: str = ""
    regression: bool = False

    def require(self, masks: Masks) -> None:
        """Refuse masks, (n, d) bool, without those that it needs, in one line."""
        fewest = masks.shape[1] + 1 if self.regression and self.beside != "ends" else 1
        require_rows(self.name, self.needs, masks, fewest)

    def as_method(self) -> Method:
        """The method of `estimate`, which draws masks, evaluates them and is interrupted as for LIME."""
        takes = {"sampling", "random", *(["ridge"] if self.regression else [])}
        return Method(
            self.name, self.summary, self.fit, fewest_for_wls if self.regression else any_number,
            takes=frozenset(takes), statement=self.statement, beside=self.beside,
        )  # fmt: skip


_ROWS = [
    Attribution(
        "rise", "mean of F where the part is shown", rise, population.rise_limit, ("shown",),
        statement="prop:equivalence",
    ),
    Attribution(
        "pda", "F(1) − mean of F where the part is hidden", pda("pda", difference), population.pda_limit(difference),
        ("hidden",), beside="full", statement="prop:equivalence",
    ),
    Attribution(
        "pda_log_odds", "PDA of log2 odds", pda("pda_log_odds", log_odds), population.pda_limit(log_odds),
        ("hidden",), beside="full", statement="prop:equivalence",
    ),
    Attribution(
        "pda_information", "PDA of log2 F", pda("pda_information", information), population.pda_limit(information),
        ("hidden",), beside="full", statement="prop:equivalence",
    ),
    Attribution(
        "ciu", "(F(1) − F(1∖j)) / (2 range of F)", ciu("ciu", False), population.ciu_limit(False),
        ("full", "hidden alone"), LeaveOneOutDesign, "strata", statement="prop:equivalence",
    ),
    Attribution(
        "ciu_inverse", "(F(j alone) − F(1)) / (2 range of F)", ciu("ciu_inverse", True), population.ciu_limit(True),
        ("full", "kept alone"), KeepOneDesign, "strata",
    ),
    Attribution(
        "ols", "least squares, unweighted", ols, population.ols_limit, ("shown", "hidden"), statement="cor:unweighted",
        regression=True,
    ),
    Attribution(
        "lime", "least squares with LIME's kernel", lime, population.lime_limit, ("shown", "hidden"), ImageDesign,
        statement="thm:limit", regression=True,
    ),
    Attribution(
        "kernel_shap", "least squares with KernelSHAP's kernel, Σ a = F(1) − F(0)", kernel_shap,
        population.kernel_shap_limit, ("shown", "hidden"), ShapleyDesign, beside="ends", statement="cor:efficient",
        regression=True,
    ),
]  # fmt: skip

ATTRIBUTIONS: Registry[Attribution] = Registry(
    "method", {row.name: row for row in _ROWS}, GROUP, row=Attribution, remedy="choose one of them",
    columns=("summary", "statement"),
)  # fmt: skip
"""The attributions by name."""
