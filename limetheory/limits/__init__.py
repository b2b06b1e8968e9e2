"""Limits: one closed form per file, all behind `limit`.

| set function | file | statement |
|---|---|---|
| `Additive` (linear models) | additive.py | prop:linear |
| `Leaf` (shape detectors, tree leaves) | leaf.py | prop:leaf |
| `SetFunction`, any callable with d ≤ 24 | enumeration.py | prop:enumeration |
"""

from limetheory.limits.additive import Additive
from limetheory.limits.enumeration import SetFunction, all_masks, tabulate
from limetheory.limits.leaf import Leaf
from limetheory.limits.population import limit

__all__ = ["Additive", "Leaf", "SetFunction", "all_masks", "limit", "tabulate"]
