"""Estimation: masks are drawn, a set function is evaluated on them, and a regression is fitted.

`print(METHODS)` lists the methods of `estimate`, each with a module of its name in methods/ and a row in
methods/table.py, which says how to add one; `print(SCHEMES)` lists how masks are drawn (samples/sampling.py).
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
from limetheory.estimation.samples.sampling import SCHEMES
from limetheory.estimation.sequential.until import estimate_until
from limetheory.estimation.variants.baylime import BayesianExplanation, baylime, baylime_limit
from limetheory.estimation.variants.slime import SparseExplanation, slime, slime_limit

__all__ = [
    "METHODS",
    "SCHEMES",
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
