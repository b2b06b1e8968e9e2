"""The one result type of closed forms and of sampling."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from limetheory.arguments import array, instance, real, several
from limetheory.arrays import Gram, Intervals, PerSuperpixel
from limetheory.explanation.headings import interval_name
from limetheory.explanation.quantiles import at_same_level, directions, factor, largest_t, sidak, two_sided
from limetheory.explanation.rendering import figure_of, picture_of
from limetheory.explanation.stopping import Stopping
from limetheory.given import given
from limetheory.kept import keepable
from limetheory.shown_numbers import ends, signed

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

ROWS = 10
"""How many coefficients a notebook's table has, those of largest absolute value; a convention."""

_LEVEL = 0.95  # the level of intervals by default; a convention


@dataclass(frozen=True, eq=False)
class Explanation:
    """A weighted linear model of a set function: F(z) ≈ intercept + Σ coefficients_j z_j.

    The limit of a design and an estimate from samples are both of this type, so that every check is a
    comparison of two of them. A limit has standard errors zero.

    Attributes:
        coefficients: β_j of each superpixel, shape (d,).
        intercept: β_0.
        standard_errors: of the coefficients, shape (d,); ∞ where the masks do not determine a coefficient.
        n_evaluations: how many values of F were used.
        degrees_of_freedom: of Student's t in `interval`, one number or one for each coefficient, shape (d,); ∞ means
            the normal distribution.
        covariance: of the coefficients, shape (d, d), with ∞ on the diagonal and 0 beside it where the masks do not
            determine a coefficient; None if nothing is known beyond the standard errors.
        method: how coefficients and standard errors were obtained, such as ``"limit"``, ``"wls"`` or ``"wls, pairs"``;
            None where it is not known.
        stopping: how `estimate_until` came to its end; None for a fixed number of masks.
        names: of the parts that the coefficients belong to, d strings; None gives "0", "1", and so on.

    >>> import numpy as np
    >>> Explanation(np.array([0.5]), 0.1, np.array([0.1]), 100).interval(0.95).round(3).tolist()
    [[0.304, 0.696]]
    """

    coefficients: PerSuperpixel
    intercept: float
    standard_errors: PerSuperpixel
    n_evaluations: int
    degrees_of_freedom: float | PerSuperpixel = np.inf
    covariance: Gram | None = field(default=None, kw_only=True)
    method: str | None = field(default=None, kw_only=True)
    stopping: Stopping | None = field(default=None, kw_only=True)
    names: Sequence[str] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if array("coefficients", self.coefficients).ndim == 0:
            raise TypeError(f"coefficients must have shape (d,), got {given(self.coefficients)}; give an array")
        object.__setattr__(self, "names", _part_names(self.names, len(self.coefficients)))

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return len(self.coefficients)

    def interval(self, level: float = _LEVEL) -> Intervals:
        """Confidence interval of each coefficient at ``level`` in (0, 1), shape (d, 2).

        Each covers its own coefficient with this probability; `simultaneous_interval` covers all of them. Where
        `stopping` says that a tolerance ended the drawing, both are those of the confidence sequence, which holds at
        every stopping time: those of Student's t would not.
        """
        if self.stopping is not None:
            return self._within(self.stopping.of_each(_checked(level), self.coefficients))
        return self._about(two_sided(_checked(level), self.degrees_of_freedom))

    def simultaneous_interval(self, level: float = _LEVEL) -> Intervals:
        """Intervals that cover all coefficients at once with probability ``level`` in (0, 1), shape (d, 2).

        As wide as the ``level`` quantile of max_j |t_j| asks for, t multivariate Student with this covariance (Hothorn,
        Bretz & Westfall 2008). Where coefficients differ in their degrees of freedom, t has the largest of them, and
        each coefficient's half-width is taken at the two-sided level that the quantile has there. Without a covariance
        the half-width is that of Šidák's inequality (1967), which holds for every correlation. The same explanation
        always has the same intervals; their level has a standard error of at most 0.0017 at 0.95, from a fixed sample
        of directions. With `stopping`, see `interval`; at its own level their half-widths are `Stopping.half_widths`.

        >>> errors = np.array([0.1, 0.1])
        >>> answer = Explanation(np.zeros(2), 0.0, errors, 100, covariance=0.01 * np.array([[1, 0.9], [0.9, 1]]))
        >>> answer.interval()[0].round(3).tolist(), answer.simultaneous_interval()[0].round(3).tolist()
        ([-0.196, 0.196], [-0.211, 0.211])
        """
        if self.stopping is not None:
            return self._within(self.stopping.of_all(_checked(level), self.coefficients))
        level, errors, freedom = _checked(level), self.standard_errors, self.largest_freedom
        random = np.flatnonzero((errors > 0) & np.isfinite(errors))
        if self.covariance is None or len(random) < 2:
            return self._about(self._at_each(sidak(level, freedom, len(random))))
        scale = np.outer(errors[random], errors[random])
        axes = factor(self.covariance[np.ix_(random, random)] / scale)
        largest = np.abs(directions(axes.shape[1]) @ axes.T).max(axis=1)
        return self._about(self._at_each(largest_t(largest, axes.shape[1], level, freedom, len(random))))

    def asked_interval(self, level: float = _LEVEL) -> Intervals:
        """`simultaneous_interval` with a tolerance, which is asked of all coefficients at once, else `interval`."""
        return self.interval(level) if self.stopping is None else self.simultaneous_interval(level)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Keep the explanation, with every number as it is, in one file for `load_explanation`; no pickle.

        Raises:
            TypeError: it holds an object of a class that is not registered, see `limetheory.kept.keepable`.
            OSError: the file cannot be written.

        >>> import tempfile
        >>> kept = Explanation(np.array([0.5]), 0.1, np.array([np.inf]), 100, names=["sky"])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     kept.save(f"{folder}/kept.npz")
        ...     load_explanation(f"{folder}/kept.npz").names
        ('sky',)
        """
        from limetheory.kept_files import write

        write(path, self)

    def to_dataframe(self, level: float = _LEVEL) -> pandas.DataFrame:
        """A pandas data frame with a row for each part: part, name, coefficient, standard_error, lower, upper.

        The last two are the ends of `interval` at ``level``.

        Raises:
            ImportError: pandas is not installed.
        """
        from limetheory.explanation.table import data_frame

        low, high = self.interval(level).T
        return data_frame(
            {
                "part": np.arange(self.d), "name": self.names, "coefficient": self.coefficients,
                "standard_error": self.standard_errors, "lower": low, "upper": high,
            }
        )  # fmt: skip

    def plot(self, level: float = _LEVEL) -> Figure:
        """A matplotlib figure of the largest coefficients with their `asked_interval` at ``level``."""
        return figure_of(self, level)

    def __str__(self) -> str:
        """What ``print`` shows: the largest coefficients with their `asked_interval`; ``repr`` has every number."""
        from limetheory.explanation.lines import SHOWN, lines

        heading = (
            f"{type(self).__name__}: largest {min(self.d, SHOWN)} of {self.d} coefficients with "
            f"{interval_name(self.stopping, _LEVEL)}s, {self.n_evaluations} evaluations"
        )
        return lines(heading, self.names or (), self.coefficients, self.asked_interval(_LEVEL))

    def _repr_html_(self) -> str:
        """What a notebook shows: the largest coefficients with their `asked_interval`."""
        from limetheory.explanation.table import html

        order, reach = np.argsort(-np.abs(self.coefficients), kind="stable")[:ROWS], self.asked_interval()
        caption = f"largest {len(order)} of {self.d} coefficients, {self.n_evaluations} evaluations"
        headings = ("part", "coefficient", interval_name(self.stopping, _LEVEL))
        return html(caption, headings, [self._cells(int(j), *reach[j]) for j in order], picture_of(self))

    def _cells(self, j: int, low: float, high: float) -> list[str]:
        return [(self.names or ())[j], signed(self.coefficients[j]), ends(low, high)]

    @property
    def largest_freedom(self) -> float:
        """The largest degrees of freedom of a coefficient."""
        return float(np.max(self.degrees_of_freedom))

    def _at_each(self, quantile: float) -> float | PerSuperpixel:
        """A quantile of t with the largest degrees of freedom, at the same two-sided level for each coefficient's."""
        return at_same_level(quantile, self.largest_freedom, self.degrees_of_freedom)

    def _about(self, quantile: float | PerSuperpixel) -> Intervals:
        return self._within(quantile * self.standard_errors)

    def _within(self, half_widths: PerSuperpixel) -> Intervals:
        return np.stack([self.coefficients - half_widths, self.coefficients + half_widths], axis=1)


def _checked(level: float) -> float:
    return real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")


def _part_names(names: Any, d: int) -> tuple[str, ...]:
    if names is None:
        return tuple(map(str, range(d)))
    found = several("names", names, "strings")
    if len(found) != d:
        raise ValueError(f"names must be one for each of the {d} coefficients, got {len(found)}")
    other = [one for one in found if not isinstance(one, str)]
    if other:
        raise TypeError(f"names must be strings, got {given(other[0])}; write str(name)")
    return tuple(map(str, found))


def checked_explanation(name: str, value: Any) -> Explanation:
    """Return an explanation, refusing anything else."""
    return instance(name, value, Explanation, "limetheory.estimate and limetheory.limit give one")


Kind = TypeVar("Kind", bound=Explanation)


def load_explanation(path: str | os.PathLike[str]) -> Explanation:
    """The explanation that `Explanation.save` kept, with the same numbers to the last bit.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is another one, damaged, or of a later version of the format.
    """
    from limetheory.kept_files import read

    found = read(path)
    if not isinstance(found, Explanation):
        raise ValueError(f"a kept explanation is needed, got {path} with {type(found).__name__}; give what .save wrote")
    return found


def whole(kind: type[Kind], **attributes: Any) -> Kind:
    """An explanation of some kind from the attributes that a file holds, which must fit each other.

    Raises:
        ValueError: an array of another shape.
    """
    d = np.shape(attributes["coefficients"])[:1]
    shapes = {
        "coefficients": [d], "standard_errors": [d], "degrees_of_freedom": [(), d], "covariance": [2 * d],
        "intercept": [()], "n_evaluations": [()],
    }  # fmt: skip
    for name, known in shapes.items():
        value = attributes[name]
        if not (value is None and name == "covariance") and not _numeric(value, known):
            raise ValueError(f"{name} of another shape")
    stopping = attributes["stopping"]
    if stopping is not None and not _numeric(stopping.half_widths, [d]):
        raise ValueError("half-widths of another shape")
    return kind(**attributes)


def _numeric(value: Any, shapes: Sequence[tuple[int, ...]]) -> bool:
    return np.shape(value) in shapes and np.asarray(value).dtype.kind in "iuf"


keepable(Explanation, build=partial(whole, Explanation))
