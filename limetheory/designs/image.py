"""The design of image LIME."""

from __future__ import annotations

from limetheory.arguments import integer
from limetheory.designs.binomial_law import BinomialLawDesign
from limetheory.designs.kernel import bandwidth as checked_bandwidth
from limetheory.designs.kernel import log_kernel


class ImageDesign(BinomialLawDesign):
    """Masks i.i.d. Bernoulli(1/2), weight ψ(1 − K/d): image LIME (lem:alpha; Garreau & Mardaoui 2021;
    lime 0.2.0.1).

    Args:
        d: number of superpixels, at least 1.
        bandwidth: ν in (0, ∞], lime's `kernel_width`; 0.25 is the default of lime 0.2.0.1.

    >>> round(ImageDesign(10).alpha(1), 12)
    0.287368778039
    >>> round(ImageDesign(10, bandwidth=float("inf")).alpha(2), 12)
    0.25
    """

    wider = "widen the bandwidth"

    def __init__(self, d: int, bandwidth: float = 0.25):
        d = integer("d", d, 1)
        self.bandwidth = checked_bandwidth(bandwidth)
        super().__init__(d, 0.5, log_kernel(d, self.bandwidth))

    def __repr__(self) -> str:
        return f"ImageDesign(d={self.d}, bandwidth={self.bandwidth:g})"
