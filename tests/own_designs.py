"""Two designs of a user's own: one by the sizes of its masks, one neither by size nor a product."""

import numpy as np

import limetheory as lt
from limetheory.designs.base import Event

D = 6
MASKS = lt.all_masks(D)
TABLE = lt.SetFunction(np.random.default_rng(5).normal(size=2**D))
LAW_OF_SIZES = np.array([1.0, 2.0, 0.0, 3.0, 2.0, 1.0, 1.0]) / 10
WEIGHTS = np.array([0.2, 1.0, 1.0, 0.5, 2.0, 1.0, 3.0])


class BySize(lt.ExchangeableDesign):
    """A design whose law and weight of the sizes are unlike those of any built-in design."""

    def __init__(self):
        with np.errstate(divide="ignore"):
            super().__init__(D, np.log(LAW_OF_SIZES), np.log(WEIGHTS))


class Halves(lt.Design):
    """With probability 1/2 each, superpixels of the first half, or of the second, are kept as one; others by a coin.

    Everything is worked out on all 2^d masks.
    """

    d = D

    def __init__(self):
        self._weight = 1.0 + MASKS[:, 0] + 0.5 * MASKS[:, D - 1]
        self._law = np.mean([self._together(slice(0, D // 2)), self._together(slice(D // 2, D))], axis=0)

    @staticmethod
    def _together(half):
        return np.where(MASKS[:, half].all(axis=1) | ~MASKS[:, half].any(axis=1), 0.5 ** (1 + D - D // 2), 0.0)

    def _of(self, values, masks):
        return values[np.asarray(masks, bool) @ (1 << np.arange(D))]

    @property
    def _measure(self):
        return self._law * self._weight / self.total_mass

    @property
    def total_mass(self):
        return float(self._law @ self._weight)

    @property
    def marginals(self):
        return self._measure @ MASKS

    def centred(self, masks):
        return np.asarray(masks, bool) - self.marginals

    def alpha(self, a, b=0):
        return float(self._law @ (self._weight * MASKS[:, :a].all(axis=1) * ~MASKS[:, a : a + b].any(axis=1)))

    def probability(self, masks):
        return self._of(self._measure, masks)

    def weight(self, masks):
        return self._of(self._weight, masks)

    def density(self, masks):
        return self.weight(masks) / self.total_mass

    def chance(self, masks):
        return self._of(self._law, masks)

    def sample(self, n, rng):
        return MASKS[rng.choice(len(MASKS), n, p=self._law)]

    def gram(self):
        rows = np.column_stack([np.ones(len(MASKS)), MASKS])
        return (rows.T * (self._law * self._weight)) @ rows

    def gram_inverse(self):
        return np.linalg.inv(self.gram())

    @property
    def _covariance(self):
        centred = self.centred(MASKS)
        return (centred.T * self._measure) @ centred

    def condition(self, on, off):
        inside = self._measure * MASKS[:, list(on)].all(axis=1) * ~MASKS[:, list(off)].any(axis=1)
        contrasts = inside @ self.centred(MASKS) / inside.sum()
        return Event(float(inside.sum()), contrasts, float(contrasts.mean()))

    def solve(self, of_contrasts, of_share, rise=0.0):
        return np.linalg.solve(self._covariance, of_contrasts.T).T

    def squared_influence(self, power=1):
        return self._law**power @ self.influence(MASKS, np.ones(len(MASKS))) ** 2

    def shrink(self, coefficients, ridge):
        curvature = self.total_mass * self._covariance
        return np.linalg.solve(curvature + ridge * np.eye(D), curvature @ coefficients)
