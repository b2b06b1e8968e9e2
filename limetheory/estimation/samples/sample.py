"""A sample: masks drawn from a design, their weights, and the values that a set function takes on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import instance, numbers, zero_one
from limetheory.arrays import Masks, PerMask, PerMaskOfEach
from limetheory.designs import Design
from limetheory.estimation.samples.equal_masks import Copies, all_different, equal_masks
from limetheory.estimation.samples.sampling import SCHEMES, Drawn, Scheme
from limetheory.estimation.samples.strata import Strata
from limetheory.evaluation import MaskFunction, described, drawn_values, evaluate, is_random, refuse_random_ends
from limetheory.mask_bits import packed_bits
from limetheory.progress import track

_BATCH = 1 << 12  # masks for each call of F; a convention that affects memory and time only
_LEAST, _LARGEST = 1e-70, 1e70
"""Range of the largest |F|: its fourth power, and the weights times that, stay far within float64."""
BLOCK = 1 << 9  # a block of some tens of columns fits into a core's cache


class Interrupted(KeyboardInterrupt):
    """Ctrl-C while a set function was being evaluated; the explanation of the evaluated masks is in `explanation`.

    Attributes:
        sample: the masks that were evaluated.
        explanation: their explanation, or None if they are too few for one.
    """

    def __init__(self, sample: Sample):
        instance("sample", sample, Sample, "give the masks that were evaluated")
        super().__init__(f"interrupted after {sample.n} evaluations")
        self.sample = sample
        self.explanation: Any = None


def range_or_size(low: Any, high: Any) -> Any:
    """The range of values; where all are equal, 1 if they are in [0, 1], else their absolute value."""
    return np.where(high > low, high - low, np.where((low >= 0) & (low <= 1), 1.0, np.abs(low)))[()]


@dataclass(frozen=True, eq=False)
class Sample:
    """n masks as bits, ⌈d/8⌉ bytes each, with weights π(z_i) × ratio and values F(z_i), both of shape (n,).

    Of k functions on the same masks, see `several.py`, values have the shape (k, n), and ends and `scale` k numbers.
    """

    d: int
    bits: np.ndarray
    weights: np.ndarray
    values: np.ndarray
    ends: tuple[float, float] | None = None
    """(F(0), F(1)) where an efficient design or the method needs them."""
    ratio: np.ndarray | None = None
    """Probability of each mask under the sampling law / under the scheme that drew it, (n,); None where it is 1."""
    paired: bool = False
    """Whether masks 2i and 2i + 1 are complements, drawn together as one sampling unit."""
    strata: Strata | None = None
    """The strata of a stratified sample."""
    random: bool = False
    """Whether values are draws of a random set function, so that those of equal masks differ."""
    full: float | None = None
    """F(1) where it was asked for besides the masks."""

    @classmethod
    def of(cls, masks: Any, weights: Any, values: Any, ends: tuple[float, float] | None = None) -> Sample:
        """Pack masks (n, d) bool with weights (n,) and values (n,)."""
        masks = zero_one("masks", masks)
        if masks.ndim != 2:
            raise ValueError(f"masks must have shape (n, d), got {masks.shape}; one row a mask")
        return cls(masks.shape[1], packed_bits(masks), numbers("weights", weights),
                   numbers("values", values), ends)  # fmt: skip

    @property
    def n(self) -> int:
        """Number of masks."""
        return int(self.values.shape[-1])

    @property
    def masks(self) -> Masks:
        """The masks themselves, (n, d) bool."""
        return self.masks_at(slice(None))

    def masks_at(self, places: Any) -> Masks:
        """The masks at some places, (m, d) bool."""
        return np.unpackbits(self.bits[places], axis=1, count=self.d).view(bool)

    @cached_property
    def copies(self) -> Copies:
        """Which masks are equal, and so have one value: none of a random set function."""
        return all_different(self.n) if self.random else equal_masks(self.bits)

    def with_values(self, values: PerMaskOfEach, ends: tuple[Any, Any] | None, full: float | None) -> Sample:
        """The same masks with the values of other set functions; which of them are equal is not found out again."""
        found = replace(self, values=values, ends=ends, full=full)
        vars(found).update({name: vars(self)[name] for name in ("copies", "stratified") if name in vars(self)})
        return found

    @property
    def scale(self) -> Any:
        """`range_or_size` of all values and ends."""
        known = [self.values.min(axis=-1), self.values.max(axis=-1), *(self.ends or ())]
        return range_or_size(np.min(known, axis=0), np.max(known, axis=0))

    @property
    def n_evaluations(self) -> int:
        """Number of values of F in the sample."""
        return self.n + (2 if self.ends else 0) + (0 if self.full is None else 1 + self.random)

    @property
    def effective_size(self) -> float:
        """Kish's effective sample size (Σw)² / Σw² in sampling units, masks or pairs; 0 where all weights underflow."""
        largest = self.weights.max()
        if not largest > 0:
            return 0.0
        relative = self.by_unit(self.weights / largest)
        return float(kish(relative.sum(), (relative**2).sum()))

    @property
    def importance(self) -> np.ndarray:
        """`ratio`, or ones where there is none, (n,)."""
        return np.ones(self.n) if self.ratio is None else self.ratio

    @property
    def n_units(self) -> int:
        """The number of sampling units: masks, or pairs of complements."""
        return (self.n + 1) // 2 if self.paired else self.n

    def by_unit(self, rows: np.ndarray, axis: int = 0) -> np.ndarray:
        """Sums over each sampling unit, a pair or a single mask, along an axis: (b, …) → (units, …)."""
        return by_pair(rows, axis) if self.paired else rows

    @property
    def drawn_in(self) -> list[str]:
        """The ways of drawing on which standard errors depend: pairs, strata or balanced; none for others."""
        strata = [] if self.strata is None else ["strata" if self.strata.unit is None else "balanced"]
        return ["pairs"] * self.paired + strata

    @cached_property
    def stratified(self) -> Strata:
        """The strata; without stratification a single one of infinite population."""
        return self.strata or Strata(np.zeros(self.n, int), np.array([np.inf]))

    def total_weight(self) -> float:
        """The sum of the weights.

        Raises:
            ValueError: the weights underflow to zero.
        """
        total = self.weights.sum()
        if not total > 0:
            raise ValueError(
                f"the weights of the {self.n} masks drawn must have a positive sum, got 0 (underflow); "
                "choose a design whose weights fall more slowly, such as a wider bandwidth"
            )
        return float(total)

    def mean_mask(self) -> tuple[float, np.ndarray]:
        """Total weight, and the weighted mean of the masks (d,)."""
        total = self.total_weight()
        return total, sum((weights @ masks for masks, weights, _ in self.blocks()), np.zeros(self.d)) / total

    def mean_value(self) -> Any:
        """The weighted mean of the values."""
        return (self.values[..., None, :] @ self.weights)[..., 0] / self.total_weight()

    def means(self) -> tuple[float, np.ndarray, Any]:
        """Total weight, and the weighted means of the masks (d,) and of the values."""
        return *self.mean_mask(), self.mean_value()

    def blocks(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Yield masks (b, d) float64, weights (b,) and values (b,) in blocks of fixed size."""
        for start in range(0, self.n, BLOCK):
            part = slice(start, start + BLOCK)
            masks = np.unpackbits(self.bits[part], axis=1, count=self.d).astype(float)
            yield masks, self.weights[part], self.values[..., part]


def kish(total: Any, squares: Any, none: float = 0.0) -> np.ndarray:
    """Kish's effective number (Σw)² / Σw² of weights w, from Σw and Σw²; ``none`` where all are zero."""
    total, squares = np.asarray(total, float), np.asarray(squares, float)
    number: np.ndarray = np.divide(total**2, squares, out=np.full(squares.shape, none), where=squares > 0)
    return number


def by_pair(rows: np.ndarray, axis: int = 0) -> np.ndarray:
    """Sums of rows 2i and 2i + 1 along an axis, a last row without a second alone: (b, …) → (⌈b/2⌉, …)."""
    rows = np.moveaxis(rows, axis, 0)
    sums = rows[::2].copy()
    sums[: len(rows) // 2] += rows[1::2]
    return np.moveaxis(sums, 0, axis)


def draw(
    function: MaskFunction,
    design: Design,
    n: int,
    rng: np.random.Generator,
    include_original: bool = False,
    sampling: str | Scheme | Drawn = "design",
    beside: str = "",
) -> Sample:
    """Draw n masks and evaluate the function on them, batch after batch.

    Besides them F(0) and F(1) are asked for under an efficient design and for ``beside="ends"``, F(1) alone for
    ``beside="full"``.

    The masks depend on the generator alone, neither on the batch size nor on the device.

    Raises:
        ValueError: all weights underflow, the fourth powers of the values leave float64's range, or a random function
            under a scheme without replacement or an efficient design.
        Interrupted: on Ctrl-C, with the evaluated masks. Those of a stratified sample are treated as independent draws
            from the mixture of the strata, which overestimates their standard errors a little.
    """
    scheme = SCHEMES.chosen(sampling)
    ends = ends_of(function, design.d) if design.efficient or beside == "ends" else None
    full = full_of(function, design.d) if beside == "full" and ends is None else None
    size = getattr(function, "block_size", _BATCH)
    empty = Sample.of(np.empty((0, design.d), bool), np.empty(0), np.empty(0), ends)
    random = is_random(function)
    if random and scheme.without_replacement:
        raise ValueError(
            f"a random set function needs masks drawn with replacement, got sampling={scheme.name!r}, whose standard "
            "errors take the values of all masks for known once each is drawn; use sampling 'design' or 'pairs'"
        )
    start = replace(empty, paired=scheme.paired, random=random, full=full)
    finished = [replace(start, ratio=None if scheme.plain else np.empty(0))]
    blocks, strata = scheme.blocks(design, n, rng, size)
    n = len(strata.number) if strata else n

    def so_far() -> Sample:
        part = _joined(finished)
        return replace(part, strata=strata.beginning(part.n) if strata else None)

    try:
        for masks, ratio in track(((len(ratio), (masks, ratio)) for masks, ratio in blocks), n, "masks", so_far):
            if include_original and len(finished) == 1:
                masks[0] = True
            part = Sample.of(masks, design.weight(masks) * ratio, _values(function, masks, size), ends)
            finished.append(replace(part, ratio=ratio))
    except KeyboardInterrupt:
        raise Interrupted(so_far()) from None
    return replace(in_range(_joined(finished)), strata=strata)


def in_range(sample: Sample) -> Sample:
    """The sample itself; refused where its weights, or the fourth powers of its values, are beyond float64's range."""
    sample.total_weight()
    largest = np.abs(np.append(sample.values, sample.ends or ())).max(initial=0.0)
    if largest and not _LEAST <= largest <= _LARGEST:
        raise ValueError(
            f"the largest |F| must lie between {_LEAST:g} and {_LARGEST:g}, or be 0, got {largest:.3g}; "
            "multiply F by a constant, which multiplies its coefficients too"
        )
    return sample


def _values(function: MaskFunction, masks: Masks, size: int) -> PerMask:
    return np.concatenate([drawn_values(function, masks[start : start + size]) for start in range(0, len(masks), size)])


def _joined(parts: list[Sample]) -> Sample:
    """The parts as one sample; how masks were drawn is taken from the first part."""

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    ratio = None if parts[0].ratio is None else joined("ratio")
    return replace(parts[0], bits=joined("bits"), weights=joined("weights"), values=joined("values"), ratio=ratio)


def ends_of(function: MaskFunction, d: int) -> tuple[float, float]:
    """(F(0), F(1)), of a function that is not random."""
    refuse_random_ends(function)
    empty, full = (evaluate(function, np.full((1, d), kept))[0] for kept in (False, True))
    return float(empty), float(full)


def full_of(function: MaskFunction, d: int) -> float:
    """F(1). A random function is asked twice, and refused where the answers differ."""
    nothing_hidden = np.ones((1, d), bool)
    value = float(drawn_values(function, nothing_hidden)[0])
    if is_random(function) and float(drawn_values(function, nothing_hidden)[0]) != value:
        raise ValueError(
            f"F(1) must be one number, got {value:.6g} and then another from {described(function)}; "
            "take an attribution without it, such as 'rise'"
        )
    return value
