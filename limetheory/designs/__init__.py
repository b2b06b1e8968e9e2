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
from limetheory.kept import keepable

for _kind, _arguments in {
    BernoulliDesign: ("d", "p"),
    ExchangeableDesign: ("d", "log_law", "log_weight"),
    GlimeDesign: ("d", "sigma", "law"),
    ImageDesign: ("d", "bandwidth"),
    ProductDesign: ("keep", "weights_off"),
    ShapleyDesign: ("d",),
    SizeLawDesign: ("masses",),
    TextDesign: ("d", "bandwidth"),
}.items():
    keepable(_kind, *_arguments)

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
