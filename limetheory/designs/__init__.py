"""Designs: a sampling law for masks times a weight, and the exact moments of the two together.

Each class says its law, its weight and its statement in its first sentence. There K = |z| is the number of active
superpixels and ψ(t) = exp(−(1 − √(1 − t))² / (2ν²)).

One more design takes one file and its line below, which makes it `limetheory.NAME`, too. Where law and weight depend on
the size alone it is an `ExchangeableDesign`, given by two vectors of d + 1 numbers. Any other is a `Design`
with the methods that are abstract there; limits of leaves and of sums of them, every method of `estimate` and, for
d ≤ 16, draws by leverage and `estimate_until` with bounds then work as they are. Only where they should be fast for
many leaves or large d, or where `FactorProduct` and `Maximum` should have a limit without enumeration, does it register
forms of its own, all of them optional:

| what | where | without it |
|---|---|---|
| draws by leverage, log odds of a complement | the design's own methods | from all 2^d masks, from `chance` |
| moments of many leaves | limits/leaf_terms.py, `moments` | leaf by leaf, from `condition` |
| moments of products | limits/factor_moments.py, `factor_moments` | `limit(tabulate(model, d), design)` |
| moments of decision diagrams | limits/diagram.py, `diagram_moments` | `limit(tabulate(model, d), design)` |
| bounds of sequential terms | estimation/sequential/term_bounds.py, `additive_bounds` | from all 2^d masks |
"""

from typing import TYPE_CHECKING

from limetheory.designs.area import AreaDesign as AreaDesign
from limetheory.designs.base import DegenerateDesignError as DegenerateDesignError
from limetheory.designs.base import Design as Design
from limetheory.designs.bernoulli import BernoulliDesign as BernoulliDesign
from limetheory.designs.exchangeable import ExchangeableDesign as ExchangeableDesign
from limetheory.designs.glime import GlimeDesign as GlimeDesign
from limetheory.designs.image import ImageDesign as ImageDesign
from limetheory.designs.one_part import KeepOneDesign as KeepOneDesign
from limetheory.designs.one_part import LeaveOneOutDesign as LeaveOneOutDesign
from limetheory.designs.product import ProductDesign as ProductDesign
from limetheory.designs.shapley import ShapleyDesign as ShapleyDesign
from limetheory.designs.size_law import SizeLawDesign as SizeLawDesign
from limetheory.designs.text import TextDesign as TextDesign
from limetheory.designs.unequal import UnequalDesign as UnequalDesign
from limetheory.registry import exported

if not TYPE_CHECKING:
    __all__ = exported(__name__)
