"""The law of each cell of a masked row given the mask, in closed form: mixtures of truncated normals or of values."""

from __future__ import annotations

import numpy as np

from limetheory.tabular.bins import Bins

_TINY = np.finfo(float).tiny


class BinLaws:
    """x_j given z_j: in the row's own bin where z_j = 1, in one of the others, by training frequency, where z_j = 0.

    Args:
        bins: of the p columns.
        own: the row's bin in each column, (p,) int.
        empirical: whether values are those of training rows, each as likely, instead of truncated normals.
    """

    def __init__(self, bins: Bins, own: np.ndarray, empirical: bool = False):
        self._bins, self._empirical = bins, empirical
        shown = np.arange(bins.probability.shape[1]) == own[:, None]
        shares = np.stack([np.where(shown, 0.0, bins.probability), np.where(shown, bins.probability, 0.0)])
        self.shares = shares / shares.sum(axis=2, keepdims=True)
        """P(bin | z_j), (2, p, m)."""

    @property
    def d(self) -> int:
        """How many columns."""
        return len(self._bins.edges)

    def means(self) -> np.ndarray:
        """E[x_j | z_j], (2, p)."""
        bins = self._bins
        means = bins.mean if self._empirical else _truncated_means(bins)
        answer: np.ndarray = (self.shares * means).sum(axis=2)
        return answer

    def interval(self, column: int, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """P(low ≤ x_j ≤ high | z_j), (m,) and (m,) → (2, m)."""
        inside = self._empirical_interval if self._empirical else self._normal_interval
        answer: np.ndarray = self.shares[:, column] @ inside(column, low, high)
        return answer

    def log_gaussian(self, column: int, centre: np.ndarray, precision: np.ndarray) -> np.ndarray:
        """log E[exp(−precision (x_j − centre)²) | z_j], (m,) and (m,) → (2, m)."""
        found = self._empirical_gaussian if self._empirical else self._normal_gaussian
        logs = found(column, np.asarray(centre, float), np.asarray(precision, float))
        with np.errstate(divide="ignore"):
            terms = np.log(self.shares[:, column])[:, :, None] + logs
        top = terms.max(axis=1)
        answer: np.ndarray = top + np.log(np.exp(terms - top[:, None]).sum(axis=1))
        return answer

    def _normal_interval(self, column: int, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """P(low ≤ x ≤ high) of each bin, (bins, m): a difference of two values of the normal law, or 0 or 1."""
        mean, spread, least, most = self._column(column)
        degenerate = (low <= mean) & (mean <= high)
        scale = np.where(spread > 0, spread, 1.0)
        ends = [(np.clip(end, least, most) - mean) / scale for end in (low, high)]
        whole = _mass((least - mean) / scale, (most - mean) / scale)
        inside = _mass(ends[0], np.maximum(*ends)) / np.where(spread > 0, whole, 1.0)
        return np.where(spread > 0, inside, degenerate)

    def _normal_gaussian(self, column: int, centre: np.ndarray, precision: np.ndarray) -> np.ndarray:
        """The same normal law, moved and narrowed, on the same interval: completing the square in the exponent.

        Where the interval lies beside the moved mean, the exponent is taken at its nearer end, so that nothing cancels.
        """
        mean, spread, least, most = self._column(column)
        scale, wide = np.where(spread > 0, spread, 1.0), spread == 0
        least, most = least - wide, most + wide  # of one value: any interval will do
        grown = 1 + 2 * precision * spread**2
        moved, narrowed = (mean + 2 * precision * spread**2 * centre) / grown, scale / np.sqrt(grown)
        a, b = (least - moved) / narrowed, (most - moved) / narrowed
        nearest = np.where(a > 0, least, most)
        beside = -precision * (nearest - centre) ** 2 - (nearest - mean) ** 2 / (2 * scale**2)
        around = -precision * (mean - centre) ** 2 / grown
        logs = np.where((a > 0) | (b < 0), beside + _log_tail(a, b), around + np.log(_mass(a, b, least=_TINY)))
        logs = logs - 0.5 * np.log(grown) - np.log(_mass((least - mean) / scale, (most - mean) / scale))
        answer: np.ndarray = np.where(spread > 0, logs, around)
        return answer

    def _column(self, column: int) -> tuple[np.ndarray, ...]:
        bins = self._bins
        return tuple(one[column][:, None] for one in (bins.mean, bins.spread, bins.low, bins.high))

    def _empirical_interval(self, column: int, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        values, first, counts = self._values(column)
        below, upto = np.searchsorted(values, low, "left"), np.searchsorted(values, high, "right")
        last = first + counts
        inside = np.clip(upto, first, last) - np.clip(below, first, last)
        answer: np.ndarray = np.maximum(inside, 0) / np.maximum(counts, 1)
        return answer

    def _empirical_gaussian(self, column: int, centre: np.ndarray, precision: np.ndarray) -> np.ndarray:
        values, first, counts = self._values(column)
        found = np.full((len(counts), *np.broadcast_shapes(centre.shape, precision.shape)), -np.inf)
        for k in np.flatnonzero(counts[:, 0]):
            inside = values[first[k, 0] : first[k, 0] + counts[k, 0], None]
            logs = -precision * (inside - centre) ** 2
            top = logs.max(axis=0)
            found[k] = top + np.log(np.exp(logs - top).mean(axis=0))
        return found

    def _values(self, column: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        bins = self._bins
        return bins.values[column], bins.first[column][:, None], bins.counts[column][:, None]


def _truncated_means(bins: Bins) -> np.ndarray:
    """mean + spread (φ(a) − φ(b)) / (Φ(b) − Φ(a)), (p, m)."""
    scale = np.where(bins.spread > 0, bins.spread, 1.0)
    a, b = (bins.low - bins.mean) / scale, (bins.high - bins.mean) / scale
    rise = (np.exp(-(a**2) / 2) - np.exp(-(b**2) / 2)) / np.sqrt(2 * np.pi)
    mass = np.where(bins.spread > 0, _mass(a, b), 1.0)
    return bins.mean + np.where(bins.spread > 0, scale * rise / mass, 0.0)


def _mass(a: np.ndarray, b: np.ndarray, least: float = 0.0) -> np.ndarray:
    """Φ(b) − Φ(a) for a ≤ b, both on the side of the mean where Φ is small, and at least ``least``."""
    from scipy.special import ndtr

    right = a > 0
    answer: np.ndarray = np.maximum(ndtr(np.where(right, -a, b)) - ndtr(np.where(right, -b, a)), least)
    return answer


def _log_tail(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """log of (Φ(b) − Φ(a)) e^{x²/2}, x the end nearer to 0, for 0 < a < b or a < b < 0; else of no meaning."""
    from scipy.special import erfcx

    near, far = np.where(a > 0, a, np.maximum(-b, 0.0)), np.where(a > 0, b, np.maximum(-a, 0.0))
    rest = np.exp(-(far - near) * (far + near) / 2) * erfcx(far / np.sqrt(2))
    answer: np.ndarray = np.log(np.maximum(erfcx(near / np.sqrt(2)) - rest, _TINY) / 2)
    return answer
