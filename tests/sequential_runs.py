"""A function of 24 superpixels and sequential estimates of its coefficients."""

import math

import limetheory as lt
from limetheory.estimation.sequential.terms import linear_fit
from limetheory.estimation.sequential.until import estimate_until

D = 24
ORDERS = {(0, 1): 0.3, (2, 3, 4): 0.25, (5,): 0.2, (6, 7): -0.15, (): 0.2}
F = lt.Multilinear(D, {frozenset(order): value for order, value in ORDERS.items()})  # from 0.05 to 0.95
BANZHAF = lt.BernoulliDesign(D)


class Blocks:
    """A set function with a block size that keeps what it was asked."""

    def __init__(self, function, block_size=4096, stop_after=math.inf):
        self.function, self.block_size, self.stop_after, self.asked = function, block_size, stop_after, []

    def __call__(self, masks):
        if sum(map(len, self.asked)) + len(masks) > self.stop_after:
            raise KeyboardInterrupt
        self.asked.append(masks.copy())
        return self.function(masks)


def until(tolerance=0.05, rng=0, function=F, design=BANZHAF, **options):
    """`estimate_until` with the linear surrogate, which takes no time, unless another one is given."""
    return estimate_until(function, design, tolerance, rng=rng, **({"bounds": (0, 1), "fit": linear_fit} | options))
