"""Estimation: masks are drawn, a set function is evaluated on them, and a regression is fitted.

| method | file | statement |
|---|---|---|
| `"wls"`: weighted least squares, optionally with lime's ridge | wls.py | thm:clt |
| `"unbiased"`: known Gram matrix, linear part subtracted | unbiased.py | prop:unbiased |
"""

from limetheory.estimation.estimate import METHODS, estimate
from limetheory.estimation.sample import Interrupted, Sample

__all__ = ["METHODS", "Interrupted", "Sample", "estimate"]
