"""Limits: one closed form per file, all behind `limit`.

`supported()` lists the set functions that have one, with their statements, files and tests, from what the files
register; `WeightedSum` is a sum of any of them, and `SetFunction`, like any callable with d ≤ 24, is enumerated. One
more takes one file and its line below, which makes it `limetheory.NAME`, too.

Other questions that sums over all masks answer:

| question | file | statement |
|---|---|---|
| `order_spectrum`: how large are the interactions of each order? | spectrum.py | prop:multilinear |
| `r_squared`: how much of F does the limit's linear surrogate explain? | r_squared.py | thm:limit |
| `quadratic_limit`: what does a surrogate with all pairs converge to? | quadratic.py | thm:quadratic |
| … its `centre_slopes`: when are they those of a line? | quadratic.py | prop:pairs-quadratic |
| `ig_gap`: what makes LIME differ from integrated gradients? | gradients_gap.py | prop:ig-order |
"""

from typing import TYPE_CHECKING

from limetheory.limits.additive import Additive as Additive
from limetheory.limits.enumeration import SetFunction as SetFunction
from limetheory.limits.enumeration import all_masks as all_masks
from limetheory.limits.enumeration import tabulate as tabulate
from limetheory.limits.factor import FactorProduct as FactorProduct
from limetheory.limits.factor import FactorSum as FactorSum
from limetheory.limits.gradients_gap import GradientsGap as GradientsGap
from limetheory.limits.gradients_gap import ig_gap as ig_gap
from limetheory.limits.leaf import Leaf as Leaf
from limetheory.limits.leaf_sum import LeafSum as LeafSum
from limetheory.limits.maximum import Maximum as Maximum
from limetheory.limits.maximum import all_of as all_of
from limetheory.limits.maximum import any_of as any_of
from limetheory.limits.multilinear import Multilinear as Multilinear
from limetheory.limits.normalised import NormalisedSum as NormalisedSum
from limetheory.limits.parity import exclusive_or as exclusive_or
from limetheory.limits.parity import parity as parity
from limetheory.limits.population import limit as limit
from limetheory.limits.quadratic import QuadraticLimit as QuadraticLimit
from limetheory.limits.quadratic import quadratic_limit as quadratic_limit
from limetheory.limits.r_squared import r_squared as r_squared
from limetheory.limits.spectrum import OrderSpectrum as OrderSpectrum
from limetheory.limits.spectrum import order_spectrum as order_spectrum
from limetheory.limits.supported import Supported as Supported
from limetheory.limits.supported import supported as supported
from limetheory.limits.weighted_sum import WeightedSum as WeightedSum
from limetheory.registry import exported

if not TYPE_CHECKING:
    __all__ = exported(__name__)
