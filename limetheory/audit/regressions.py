"""Weighted regressions on masks: the family of which one may be what a library does, and how far it is from that.

A library that fits the masks it evaluates can be imitated exactly: the same masks and values, with the right weights
and penalty, give the same coefficients up to rounding. No sampling error is left, so that a single run tells a kernel
or a penalty from any other.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from limetheory.arrays import Floats, Masks

_SMALLEST = 1e-30  # the size below which coefficients count as 0
ENDS = 1e6
"""The weight of the masks that show or hide every part where a regression is tied to both; Captum's."""


@dataclass(frozen=True, eq=False)
class Run:
    """One run of a library: masks (n, d), values there (n,), coefficients (d,), and the levels of the parts (d,)."""

    masks: Masks
    values: Floats
    coefficients: Floats
    levels: Floats

    @property
    def size(self) -> float:
        """The size of the largest coefficient."""
        return float(np.abs(self.coefficients).max())


@dataclass(frozen=True)
class Kernel:
    """A weight of masks, and how it is said.

    Attributes:
        words: with "{width}" where there is a width.
        weights: (run, width) → weights (n,).
    """

    words: str
    weights: Callable[[Run, float], Floats]

    @property
    def has_width(self) -> bool:
        """Whether the weights depend on a width."""
        return "{width}" in self.words


def _shown(run: Run) -> Floats:
    share: Floats = run.masks.mean(axis=1)
    return share


def _energy(run: Run) -> Floats:
    """The share of the squared levels that a mask shows, of which the cosine of the inputs themselves is the root."""
    squares = run.levels**2
    return np.asarray(run.masks @ (squares / squares.sum()), float)


def _gauss(distance: Floats, width: float) -> Floats:
    weights: Floats = np.exp(-0.5 * np.minimum((distance / width) ** 2, 1400.0))
    return weights


def _shapley(run: Run, _: float) -> Floats:
    from scipy.special import gammaln

    d = run.masks.shape[1]
    k = run.masks.sum(axis=1)
    inside = (k > 0) & (k < d)
    sizes = np.where(inside, k, 1)
    log_count = gammaln(d + 1) - gammaln(sizes + 1) - gammaln(d - sizes + 1)
    weights = (d - 1) * np.exp(-log_count) / np.maximum(sizes * (d - sizes), 1)
    return np.where(inside, weights, ENDS)


def _ends(run: Run, _: float) -> Floats:
    share = _shown(run)
    return np.where((share > 0) & (share < 1), 1.0, ENDS)


KERNELS = {
    "equal": Kernel("equal weights", lambda run, _: np.ones(len(run.masks))),
    "cosine": Kernel(
        "the weight exp(−(1 − √(K/d))² / (2·{width}²))", lambda run, width: _gauss(1 - np.sqrt(_shown(run)), width)
    ),
    "euclidean": Kernel(
        "the weight exp(−(d − K) / (2·{width}²))",
        lambda run, width: _gauss(np.sqrt((~run.masks).sum(axis=1)), width),
    ),
    "reversed": Kernel(
        "the weight exp(−(1 + √(K/d))² / (2·{width}²)), which is largest far from the input",
        lambda run, width: _gauss(1 + np.sqrt(_shown(run)), width),
    ),
    "content": Kernel(
        "the weight exp(−(1 − c)² / (2·{width}²)) with c the cosine of the inputs themselves, not of the masks",
        lambda run, width: _gauss(1 - np.sqrt(_energy(run)), width),
    ),
    "distance": Kernel(
        "the weight exp(−D² / (2·{width}²)) with D the distance of the inputs themselves, not of the masks",
        lambda run, width: _gauss(np.sqrt((~run.masks) @ run.levels**2), width),
    ),
    "reversed content": Kernel(
        "the weight exp(−(1 + c)² / (2·{width}²)) with c the cosine of the inputs themselves, which is largest far "
        "from the input",
        lambda run, width: _gauss(1 + np.sqrt(_energy(run)), width),
    ),
    "Shapley": Kernel("the weights of Shapley values", _shapley),
    "ends": Kernel(f"equal weights, and {ENDS:g} for the masks that show or hide every part", _ends),
}
"""The kernels of the family by name, the simpler ones first."""


@dataclass(frozen=True)
class Regression:
    """A weighted regression of the family.

    Attributes:
        kernel: a key of `KERNELS`.
        width: of the kernel.
        ridge, lasso: penalties: on the sum of weighted squares, and scikit-learn's α.
        tied: whether the coefficients must sum to F(1) − F(0).
        kept: whether only those parts are fitted whose coefficients are not 0.
        first: whether the first mask counts.
    """

    kernel: str = "equal"
    width: float = 0.25
    ridge: float = 0.0
    lasso: float = 0.0
    tied: bool = False
    kept: bool = False
    first: bool = True

    def __str__(self) -> str:
        parts = [KERNELS[self.kernel].words.format(width=f"{self.width:.4g}")]
        parts += [f"ridge penalty {self.ridge:.4g}"] * bool(self.ridge)
        parts += [f"lasso penalty {self.lasso:.4g}"] * bool(self.lasso)
        parts += ["no penalty"] * (not self.ridge and not self.lasso)
        parts += ["coefficients that sum to F(1) − F(0)"] * self.tied
        parts += ["the kept parts alone"] * self.kept
        parts += ["no first mask"] * (not self.first)
        return f"weighted regression on its own masks with {', '.join(parts)}"

    def coefficients(self, run: Run) -> Floats:
        """What the regression gives for the masks and values of a run, (d,)."""
        start = 0 if self.first else 1
        masks, values = run.masks[start:].astype(float), run.values[start:]
        weights = KERNELS[self.kernel].weights(run, self.width)[start:]
        support = run.coefficients != 0 if self.kept else np.ones(masks.shape[1], bool)
        found = np.zeros(masks.shape[1])
        if support.any() and weights.sum() > 0:
            found[support] = self._fitted(masks[:, support], values, weights, run)
        return found

    def _fitted(self, columns: Floats, values: Floats, weights: Floats, run: Run) -> Floats:
        if self.tied:
            return _tied(columns, values, weights, run)
        if self.lasso:
            return _lasso(columns, values, weights, self.lasso)
        return _ridge(columns, values, weights, self.ridge)

    def error(self, runs: Sequence[Run]) -> float:
        """The largest difference from the coefficients of runs, each as a share of the largest of its run.

        A share, since weights and penalties may make all coefficients small, and rounding errors are shares.
        """
        return max(
            float(np.abs(self.coefficients(run) - run.coefficients).max() / max(run.size, _SMALLEST)) for run in runs
        )


def _ridge(columns: Floats, values: Floats, weights: Floats, penalty: float) -> Floats:
    centre = weights @ columns / weights.sum()
    root = np.sqrt(weights)
    rows, targets = root[:, None] * (columns - centre), root * (values - weights @ values / weights.sum())
    if penalty:
        gram = rows.T @ rows + penalty * np.eye(columns.shape[1])
        return np.asarray(np.linalg.solve(gram, rows.T @ targets), float)
    return np.asarray(np.linalg.lstsq(rows, targets, rcond=None)[0], float)


def _lasso(columns: Floats, values: Floats, weights: Floats, penalty: float) -> Floats:
    from sklearn.linear_model import Lasso

    with warnings.catch_warnings():  # a penalty far from the right one need not converge
        warnings.simplefilter("ignore")
        fitted = Lasso(alpha=penalty, tol=1e-9).fit(columns, values, sample_weight=weights)
    return np.asarray(fitted.coef_, float)


def _tied(columns: Floats, values: Floats, weights: Floats, run: Run) -> Floats:
    """Least squares whose coefficients sum to F(1) − F(0), without the ends themselves; 0 where these are missing."""
    shown = run.masks[-len(values) :].mean(axis=1)
    if not ((shown == 0).any() and (shown == 1).any()):
        return np.zeros(columns.shape[1])
    base, whole = values[shown == 0][0], values[shown == 1][0]
    inside = (shown > 0) & (shown < 1)
    if columns.shape[1] == 1 or not inside.any():
        return np.full(columns.shape[1], (whole - base) / columns.shape[1])
    root = np.sqrt(weights[inside])[:, None]
    last = columns[inside, -1:]
    targets = values[inside, None] - base - last * (whole - base)
    free = np.linalg.lstsq(root * (columns[inside, :-1] - last), root * targets, rcond=None)[0][:, 0]
    return np.append(free, whole - base - free.sum())


WIDTHS = (0.25, 0.25 / 2**0.5, 1.0, 1 / 2**0.5, 25.0, *np.geomspace(0.05, 50.0, 16))
PENALTIES = (1.0, 2.0, 0.01, *np.geomspace(1e-3, 20.0, 9))
"""Where the numbers of a regression are looked for first, those that libraries use before others."""
NEAR = 0.25
"""How near a grid must come, see `Regression.error`, for its numbers to be refined; a convention."""


def structures() -> Iterator[Regression]:
    """The regressions without their numbers, the simpler ones first."""
    for kernel in KERNELS:
        yield Regression(kernel)
        yield Regression(kernel, ridge=1.0)
    yield from (Regression(kernel, lasso=0.01) for kernel in KERNELS)
    yield from (Regression(kernel, tied=True) for kernel in ("Shapley", "equal"))
    yield from (Regression(kernel, ridge=1.0, first=False) for kernel in ("equal", "cosine", "euclidean"))


def fitted(structure: Regression, runs: Sequence[Run], tolerance: float) -> tuple[Regression, float]:
    """The numbers with which a regression comes nearest to some runs, rounded where it stays near, and its error."""
    best, error = _nearest(structure, runs)
    if tolerance < error < NEAR:
        best, error = _refined(best, runs, tolerance)
    for digits in (1, 2, 3) if error <= tolerance else ():
        rounded = with_numbers(best, [float(f"{getattr(best, name):.{digits}g}") for name in _numbers(best)])
        if (near := rounded.error(runs)) <= tolerance:
            return rounded, near
    return best, error


def _numbers(structure: Regression) -> list[str]:
    """The names of its numbers."""
    width = ["width"] if KERNELS[structure.kernel].has_width else []
    return width + [name for name in ("ridge", "lasso") if getattr(structure, name)]


def with_numbers(structure: Regression, numbers: Sequence[float]) -> Regression:
    """The regression with other numbers, in the order of its own.

    >>> with_numbers(Regression("cosine", ridge=1.0), [0.5, 2.0])
    Regression(kernel='cosine', width=0.5, ridge=2.0, lasso=0.0, tied=False, kept=False, first=True)
    """
    changed: dict[str, Any] = dict(zip(_numbers(structure), map(float, numbers), strict=True))
    return replace(structure, **changed)


def _nearest(structure: Regression, runs: Sequence[Run]) -> tuple[Regression, float]:
    """The best of a grid of numbers, with those that libraries use first."""
    names = _numbers(structure)
    grids = [WIDTHS if name == "width" else PENALTIES for name in names]
    tried = [with_numbers(structure, one) for one in product(*grids)]
    errors = [one.error(runs[:1]) for one in tried]
    best = tried[int(np.argmin(errors))]
    return best, best.error(runs)


def _refined(start: Regression, runs: Sequence[Run], tolerance: float) -> tuple[Regression, float]:
    """The numbers near some others that are best."""
    from scipy.optimize import minimize

    names = _numbers(start)
    if not names:
        return start, start.error(runs)

    def of(logarithms: Floats) -> Regression:
        return with_numbers(start, np.exp(np.clip(logarithms, -20, 20)).tolist())

    found = minimize(
        lambda x: of(x).error(runs), np.log([getattr(start, name) for name in names]), method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": tolerance / 10, "maxiter": 150},
    )  # fmt: skip
    return of(found.x), float(found.fun)
