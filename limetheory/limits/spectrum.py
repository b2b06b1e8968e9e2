"""The interactions of a set function by order: its Möbius and Walsh coefficients, by fast transforms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import PerMask, PerSize
from limetheory.limits.enumeration import SetFunction, tabulate

LARGEST_D = 20
"""The largest d for which all 2^d coefficients are computed; a convention for time and memory."""


@dataclass(frozen=True, eq=False)
class OrderSpectrum:
    """The energy (sum of squared coefficients) of a set function by order of interaction t = 0..d.

    Attributes:
        moebius: Σ_{|T|=t} a_T² of the products Π_{j∈T} z_j, shape (d+1,), in squared units of F.
        walsh: Σ_{|S|=t} w_S² of the products Π_{j∈S} (2z_j − 1), shape (d+1,). It adds up to the mean of F² over all
            masks, and from order 1 on to the variance of F.
    """

    moebius: PerSize
    walsh: PerSize

    @property
    def share(self) -> PerSize:
        """The share of each order in the variance of F over all masks, (d+1,): 0 at order 0 and for constant F."""
        energy = np.append(0.0, self.walsh[1:])
        return energy / energy.sum() if energy.any() else energy


def order_spectrum(F: Any) -> OrderSpectrum:
    """The Möbius and Walsh energy of a set function by order of interaction, in O(d 2^d) operations.

    LIME and integrated gradients are weighted sums of Möbius coefficients (prop:multilinear, prop:ig-order). Walsh
    products are orthogonal over uniform masks, so their energies, and only theirs, are parts of the variance of F.

    Args:
        F: a `SetFunction`, or a set function that states its number of superpixels F.d and is then evaluated on all
            2^d masks; d ≤ 20.

    Raises:
        ValueError: d is above 20.
        TypeError: F is no set function, or does not state d.

    >>> import limetheory as lt
    >>> spectrum = order_spectrum(lt.Multilinear(3, {(0,): 1.0, (0, 1, 2): 8.0}))
    >>> spectrum.moebius.tolist()
    [0.0, 1.0, 0.0, 64.0]
    >>> spectrum.walsh.tolist(), spectrum.share.round(3).tolist()
    ([2.25, 4.25, 3.0, 1.0], [0.0, 0.515, 0.364, 0.121])
    """
    d = getattr(F, "d", None)
    if d is None:
        raise TypeError(f"F must state F.d, got {type(F).__name__}; pass tabulate(F, d)")
    values = table(F, d).values
    return OrderSpectrum(*(sums_by_order(coefficients**2) for coefficients in (moebius(values), walsh(values))))


def moebius(values: Any) -> PerMask:
    """a_T = Σ_{S⊆T} (−1)^{|T∖S|} F(S), so that F(z) = Σ_T a_T Π_{j∈T} z_j (prop:multilinear).

    Args:
        values: F on all masks in the order of `SetFunction`, shape (2^d,); T has index Σ_{j∈T} 2^j.

    >>> moebius([1.0, 1.0, 1.0, 4.0]).tolist()
    [1.0, 0.0, 0.0, 3.0]
    """
    coefficients = SetFunction(values).values
    for off, on in _pairs(coefficients):
        on -= off
    return coefficients


def walsh(values: Any) -> PerMask:
    """w_S = 2^{−d} Σ_z F(z) Π_{j∈S} (2z_j − 1), so that F(z) = Σ_S w_S Π_{j∈S} (2z_j − 1).

    Args:
        values: as in `moebius`.

    >>> walsh([0.0, 0.0, 0.0, 4.0]).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    F = SetFunction(values)
    coefficients = F.values / (1 << F.d)
    for off, on in _pairs(coefficients):
        difference = on - off
        off += on
        on[...] = difference
    return coefficients


def sums_by_order(coefficients: np.ndarray) -> PerSize:
    """The sums of coefficients over the sets of each order, added up in pairs: (2^d,) → (d+1,).

    >>> sums_by_order(np.array([1.0, 2.0, 3.0, 4.0])).tolist()
    [1.0, 5.0, 4.0]
    """
    sums = coefficients[None]
    while sums.shape[1] > 1:
        off, on = np.split(sums, 2, axis=1)
        sums = np.pad(off, ((0, 1), (0, 0)))
        sums[1:] += on
    return sums[:, 0]


def halves(values: np.ndarray, j: int) -> tuple[np.ndarray, np.ndarray]:
    """Views of the entries of the sets without j and with j, in one order: (2^d,) → two of (2^{d−1−j}, 2^j)."""
    split = values.reshape(-1, 2, 1 << j)
    return split[:, 0], split[:, 1]


def table(F: Any, d: int) -> SetFunction:
    """A set function of at most 20 superpixels by its values on all masks."""
    if d > LARGEST_D:
        raise ValueError(
            f"F must have d ≤ {LARGEST_D} to be split by order, got d = {d}; use fewer superpixels, words or columns"
        )
    if not callable(F):
        raise TypeError(f"F must be a SetFunction or a callable (n, d) bool → (n,), got {type(F).__name__}")
    return F if isinstance(F, SetFunction) else tabulate(F, d)


def _pairs(values: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    return [halves(values, j) for j in range(len(values).bit_length() - 1)]
