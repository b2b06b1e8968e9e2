"""Estimation: masks are drawn, a set function is evaluated on them, and a regression is fitted.

| method | what it is | unbiased | statement |
|---|---|---|---|
| `"wls"` | weighted least squares, optionally with lime's ridge | no | thm:clt |
| `"unbiased"` | known Gram matrix, linear part subtracted | yes | prop:unbiased |
| `"adjusted"` | cross-fitted Gaussian processes subtracted, strata of sizes | yes | prop:unbiased |
| `"quadrature"` | the limit of one Gaussian process fitted to all values | no | prop:unbiased |

Each has a module of its name in methods/ and a row in methods/table.py, which says how to add one. Masks are drawn by a
scheme of samples/sampling.py: from the design, in complement pairs, in strata of their size, or by leverage.
`estimate_until` (sequential/until.py) draws masks until every coefficient is within a tolerance.
`two_level` (methods/two_level.py) evaluates a cheap model often and corrects it by the exact one on a few masks.

Variants of LIME, each with its population limit beside it:

| variant | file | estimate, limit |
|---|---|---|
| GLIME | designs/glime.py | `estimate` and `limit` under a `GlimeDesign` |
| S-LIME | variants/slime.py | `slime`, `slime_limit` |
| BayLIME | variants/baylime.py | `baylime`, `baylime_limit` |
"""

from limetheory.estimation.estimate import estimate
from limetheory.estimation.methods.few_masks import FewMasksWarning
from limetheory.estimation.methods.table import METHODS, Method
from limetheory.estimation.methods.two_level import two_level
from limetheory.estimation.samples.sample import Interrupted, Sample
from limetheory.estimation.sequential.until import estimate_until
from limetheory.estimation.variants.baylime import BayesianExplanation, baylime, baylime_limit
from limetheory.estimation.variants.slime import SparseExplanation, slime, slime_limit

__all__ = [
    "METHODS",
    "BayesianExplanation",
    "FewMasksWarning",
    "Interrupted",
    "Method",
    "Sample",
    "SparseExplanation",
    "baylime",
    "baylime_limit",
    "estimate",
    "estimate_until",
    "slime",
    "slime_limit",
    "two_level",
]
