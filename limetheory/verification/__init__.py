"""`limetheory verify`: checks of the theory on digits and on real networks.

| section | file | statements |
|---|---|---|
| digits: closed forms against estimates | digits.py, digit_models.py | prop:linear, leaf, trees, factor |
| network: convergence to the enumerated limit, integrated gradients | network.py | thm:limit, thm:clt, prop:smooth |
| bandwidth: limits as ν grows to ∞ | bandwidth.py | cor:unweighted |

Each section computes numbers and checks. figures.py draws them, and report.py writes them to a page and a JSON file.
"""

from limetheory.verification.checks import Check, Section
from limetheory.verification.run import WORKLOADS, Workload, verify

__all__ = ["WORKLOADS", "Check", "Section", "Workload", "verify"]
