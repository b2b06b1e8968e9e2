"""Attribution: what is computed from the values of a set function on masks, RISE, PDA, CIU, OLS, LIME and KernelSHAP.

``print(ATTRIBUTIONS)`` lists the methods. `attribute` applies one to given masks, and `attribution_limit` is what it
tends to, under the sampling law of a design.
"""

from limetheory.attribution.attribute import attribute, attribution_limit
from limetheory.attribution.table import ATTRIBUTIONS, Attribution

__all__ = ["ATTRIBUTIONS", "Attribution", "attribute", "attribution_limit"]
