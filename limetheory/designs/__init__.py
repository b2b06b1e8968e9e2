"""Designs: a sampling law for masks times a weight, and the exact moments of the two together.

| design | law of the mask z | weight π | statement |
|---|---|---|---|
| `ImageDesign` | i.i.d. Bernoulli(1/2) | ψ(1 − K/d) | lem:alpha |
| `TextDesign` | number removed uniform on 1..d, then a uniform subset | ψ(1 − K/d) | lem:alpha |
| `BernoulliDesign` | i.i.d. Bernoulli(p) | 1 | cor:unweighted |
| `ShapleyDesign` | size k with probability ∝ 1/(k(d − k)) | constant | cor:efficient |
| `SizeLawDesign` | size k with probability ∝ m_k | constant | lem:count |
| `GlimeDesign` | GLIME's laws, the weight absorbed | 1 | cor:unweighted |
| `ProductDesign` | independent coordinates | product over the coordinates | prop:product |

K = |z| is the number of active superpixels and ψ(t) = exp(−(1 − √(1 − t))² / (2ν²)).

One more design takes one file and its row here. Where law and weight depend on the size alone it is an
`ExchangeableDesign`, given by two vectors of d + 1 numbers, and nothing else asks for its name. Any other is a `Design`
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

from limetheory.designs.base import DegenerateDesignError, Design
from limetheory.designs.bernoulli import BernoulliDesign
from limetheory.designs.exchangeable import ExchangeableDesign
from limetheory.designs.glime import GlimeDesign
from limetheory.designs.image import ImageDesign
from limetheory.designs.product import ProductDesign
from limetheory.designs.shapley import ShapleyDesign
from limetheory.designs.size_law import SizeLawDesign
from limetheory.designs.text import TextDesign

__all__ = [
    "BernoulliDesign",
    "DegenerateDesignError",
    "Design",
    "ExchangeableDesign",
    "GlimeDesign",
    "ImageDesign",
    "ProductDesign",
    "ShapleyDesign",
    "SizeLawDesign",
    "TextDesign",
]
