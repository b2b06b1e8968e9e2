"""Does the sign of a coefficient hang on the bandwidth? At some it may vanish (Garreau & von Luxburg 2020)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import instance, real, vector
from limetheory.arrays import PerSuperpixel
from limetheory.designs import ProductDesign
from limetheory.estimation.methods.few_masks import few_masks_studied
from limetheory.estimation.methods.wls import wls
from limetheory.explaining.draws import Record
from limetheory.explanation import Explanation
from limetheory.given import given
from limetheory.limits import limit
from limetheory.outside import outside
from limetheory.tabular.explanation import TabularExplanation
from limetheory.tabular.masked import WIDTH, MaskedRow
from limetheory.tabular.normal_row import NormalDesign, NormalRecord, NormalRow, fitted
from limetheory.tabular.table import column_number

FACTORS = tuple(2.0 ** (k / 2) for k in range(-4, 5))
"""Bandwidths that are compared with the one chosen, as shares of it: from a quarter to four times, in steps of √2."""
_ROUNDING = 1e-9


class BandwidthWarning(UserWarning):
    """A coefficient has another sign at another bandwidth, so that its sign is not a property of the model alone."""


@dataclass(frozen=True, eq=False)
class BandwidthPath:
    """The coefficients as the bandwidth varies.

    Attributes:
        bandwidths: ascending, (b,).
        coefficients: at each, (b, d).
        lower, upper: the ends of their intervals at each, (b, d); the coefficients themselves of a limit.
        chosen: the bandwidth of the explanation.
        names: what the coefficients are about, d strings.
    """

    bandwidths: np.ndarray
    coefficients: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    chosen: float
    names: tuple[str, ...]

    @property
    def signs(self) -> np.ndarray:
        """+1 and −1 where an interval excludes 0, else 0, (b, d) int."""
        least = _ROUNDING * np.abs(self.coefficients).max(initial=0.0)
        answer: np.ndarray = (self.lower > least).astype(int) - (self.upper < -least).astype(int)
        return answer

    @property
    def changing(self) -> tuple[int, ...]:
        """The columns whose coefficient is certainly positive at one bandwidth and certainly negative at another."""
        signs = self.signs
        return tuple(np.flatnonzero((signs > 0).any(axis=0) & (signs < 0).any(axis=0)).tolist())

    def zero(self, column: int | str) -> float:
        """The bandwidth nearest to the chosen one at which the coefficient vanishes, by linear interpolation.

        Args:
            column: which coefficient, by position or by its name.

        Raises:
            ValueError: the coefficient has one sign, or there is no such column.
        """
        place = column_number(column, self.names)
        found, low = self.coefficients[:, place], self.bandwidths
        places = np.flatnonzero(np.sign(found[:-1]) * np.sign(found[1:]) < 0)
        if not len(places):
            raise ValueError(f"the coefficient must change its sign, got one sign of {self.names[place]!r}")
        share = found[places] / (found[places] - found[places + 1])
        zeros = low[places] + share * (low[places + 1] - low[places])
        return float(zeros[np.abs(np.log(zeros / self.chosen)).argmin()])


def bandwidth_path(
    explained: Any, masked: MaskedRow | None = None, *, bandwidths: Sequence[float] | None = None, level: float = 0.95
) -> BandwidthPath:
    """The coefficients at other bandwidths, without any evaluation of the model, and a warning where a sign changes.

    From the sample of an explanation, weighted anew, or from the closed form of a set function. The law of the rows
    does not depend on the bandwidth; at narrow ones few rows keep their weight, which the intervals show.

    Args:
        explained: what `explain_tabular` returned with a fixed n and its default design, or a set function with a
            closed form, such as ``set_function(TreeModel(forest), masked)``.
        masked: the row, for a set function.
        bandwidths: positive; None is a quarter to four times the bandwidth of the explanation, or lime's.
        level: of the intervals that decide about a sign.

    Warns:
        BandwidthWarning: a coefficient is positive at one bandwidth and negative at another, with both intervals
            excluding 0. Names the first such column.

    Raises:
        ValueError, TypeError: an explanation of another design, or no positive bandwidths.

    >>> import limetheory as lt
    >>> masked = MaskedRow([1.0, 2.0], np.arange(8.0)[:, None] * [1.0, 1.0])
    >>> both = lt.Multilinear(2, {frozenset({0}): -0.4, frozenset({0, 1}): 1.0})
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     path = bandwidth_path(both, masked, bandwidths=[0.5, 1.0, 2.0, 4.0])
    >>> path.coefficients[:, 0].round(2).tolist(), path.changing, round(path.zero(0), 1)
    ([0.31, -0.05, -0.13, -0.14], (0,), 0.9)
    """
    real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    found, names, chosen = _at_bandwidths(explained, masked)
    widths = chosen * np.array(FACTORS) if bandwidths is None else np.unique(vector("bandwidths", bandwidths))
    if not len(widths) or widths[0] <= 0:
        raise ValueError(f"bandwidths must be positive numbers, got {widths.tolist()}; leave them out")
    answers = [found(width) for width in widths]
    ends = np.array([answer.interval(level) for answer in answers])
    path = BandwidthPath(
        widths, np.array([one.coefficients for one in answers]), ends[:, :, 0], ends[:, :, 1], chosen, names
    )
    _warn(path)
    return path


def _at_bandwidths(
    explained: Any, masked: MaskedRow | None
) -> tuple[Callable[[float], Explanation], tuple[str, ...], float]:
    """The explanation as a function of the bandwidth, the names of its coefficients, and the bandwidth chosen."""
    if not isinstance(explained, TabularExplanation):
        if masked is None:
            raise TypeError(
                f"bandwidth_path needs an answer of explain_tabular, or a set function with its masked row, got "
                f"{type(explained).__name__} alone; give the row too"
            )
        row = instance("masked", masked, MaskedRow, "make one, such as MaskedRow(row, training_data)")
        return lambda width: limit(explained, row.design(width)), row.conditions, WIDTH * float(np.sqrt(row.d))
    if explained.stopping is not None:
        raise ValueError("bandwidth_path needs rows of one fit, got an explanation to a tolerance; give a fixed n")
    record, own = explained.record, explained.masked
    if isinstance(record, NormalRecord) and isinstance(own, NormalRow):
        return _normal(record, own, explained.design, explained.ridge), own.conditions, explained.design.bandwidth
    return _reweighted(record, own, explained.ridge), own.conditions, _bandwidth(explained.design, own.keep)


def _reweighted(record: Record, row: MaskedRow, ridge: float) -> Callable[[float], Explanation]:
    def at(width: float) -> Explanation:
        design = row.design(width)
        with few_masks_studied():
            return wls(record.sample(design), ridge, design)

    return at


def _normal(record: NormalRecord, row: NormalRow, design: NormalDesign, ridge: float) -> Callable[[float], Explanation]:
    centre = row.regressors(row.cells[None])[0]

    def at(width: float) -> Explanation:
        weights = NormalDesign(design.centre, design.scale, width).weight(record.regressors, centre)
        return fitted(record, weights, ridge)

    return at


def _bandwidth(design: Any, keep: PerSuperpixel) -> float:
    """The bandwidth of a default design: a weight of exp(−1/(2ν²)) for each cell that differs."""
    weights = getattr(design, "weights_off", np.empty(0))
    if not (isinstance(design, ProductDesign) and np.allclose(design.sample_keep, keep) and np.ptp(weights) == 0):
        raise ValueError(
            f"bandwidth_path needs the default design, got {given(design)}; explain with bandwidth instead"
        )
    return float("inf") if weights[0] == 1 else float(np.sqrt(-0.5 / np.log(weights[0])))


def _warn(path: BandwidthPath) -> None:
    changing = path.changing
    if not changing:
        return
    column = changing[0]
    signs = path.signs[:, column]
    plus, minus = (path.bandwidths[signs == sign] for sign in (1, -1))
    others = f" (and {len(changing) - 1} more)" if len(changing) > 1 else ""
    warnings.warn(
        f"the coefficient of {path.names[column]!r} changes its sign at bandwidth {path.zero(column):.3g}, got a "
        f"positive one at {plus[0]:.3g} and a negative one at {minus[0]:.3g}{others}, with {path.chosen:.3g} chosen; "
        "report the bandwidth with the explanation, or the whole path",
        BandwidthWarning,
        stacklevel=outside(),
    )
