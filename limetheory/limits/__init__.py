"""Limits: one closed form per file, all behind `limit`.

| set function | file | statement |
|---|---|---|
| `Additive` (linear models) | additive.py | prop:linear |
| `Leaf` (shape detectors, tree leaves) | leaf.py | prop:leaf |
| `LeafSum` (decision trees, forests) | leaf_sum.py | prop:trees |
| `Multilinear` (polynomials in the superpixels) | multilinear.py | prop:multilinear |
| `FactorProduct`, `FactorSum` (RBF-kernel machines, naive Bayes) | factor.py | prop:factor |
| `NormalisedSum` (linear models on normalised TF-IDF) | normalised.py | prop:normalised |
| `Maximum`, `any_of`, `all_of` (several detectors) | maximum.py | prop:or |
| `parity`, `exclusive_or` | parity.py | prop:or |
| `WeightedSum` of any of these | weighted_sum.py | thm:limit |
| `SetFunction`, any callable with d ≤ 24 | enumeration.py | prop:enumeration |

`supported()` lists the same from the registry itself. Other questions that sums over all masks answer:

| question | file | statement |
|---|---|---|
| `order_spectrum`: how large are the interactions of each order? | spectrum.py | prop:multilinear |
| `ig_gap`: what makes LIME differ from integrated gradients? | gradients_gap.py | prop:ig-order |
"""

from limetheory.limits.additive import Additive
from limetheory.limits.enumeration import SetFunction, all_masks, tabulate
from limetheory.limits.factor import FactorProduct, FactorSum
from limetheory.limits.gradients_gap import GradientsGap, ig_gap
from limetheory.limits.leaf import Leaf
from limetheory.limits.leaf_sum import LeafSum
from limetheory.limits.maximum import Maximum, all_of, any_of
from limetheory.limits.multilinear import Multilinear
from limetheory.limits.normalised import NormalisedSum
from limetheory.limits.parity import exclusive_or, parity
from limetheory.limits.population import limit
from limetheory.limits.spectrum import OrderSpectrum, order_spectrum
from limetheory.limits.supported import Supported, supported
from limetheory.limits.weighted_sum import WeightedSum

__all__ = [
    "Additive",
    "FactorProduct",
    "FactorSum",
    "GradientsGap",
    "Leaf",
    "LeafSum",
    "Maximum",
    "Multilinear",
    "NormalisedSum",
    "OrderSpectrum",
    "SetFunction",
    "Supported",
    "WeightedSum",
    "all_masks",
    "all_of",
    "any_of",
    "exclusive_or",
    "ig_gap",
    "limit",
    "order_spectrum",
    "parity",
    "supported",
    "tabulate",
]
