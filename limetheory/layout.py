"""Where the superpixels of a set function are and how large: what a surrogate may know beside the masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import array
from limetheory.arrays import Masks, PerMask, PerSuperpixel
from limetheory.evaluation import MaskFunction, mask_function

_MOST_AXES = 2


@dataclass(frozen=True, eq=False)
class Layout:
    """Positions and areas of d superpixels.

    Attributes:
        positions: (d, 1) or (d, 2), in any unit.
        areas: (d,), positive, in any unit.
    """

    positions: np.ndarray
    areas: PerSuperpixel

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return len(self.areas)

    @classmethod
    def of_segments(cls, segments: np.ndarray) -> Layout:
        """The centroids and the numbers of pixels of a label map, (h, w) integers 0..d−1.

        >>> found = Layout.of_segments(np.array([[0, 0, 1], [0, 0, 1]]))
        >>> found.positions.tolist(), found.areas.tolist()
        ([[0.5, 0.5], [0.5, 2.0]], [4.0, 2.0])
        """
        labels = segments.ravel()
        areas = np.bincount(labels).astype(float)
        sums = [np.bincount(labels, axis.ravel()) for axis in np.indices(segments.shape)]
        return cls(np.stack(sums, axis=1) / areas[:, None], areas)


class Placed:
    """A set function whose superpixels have positions, and all other attributes of the function.

    The methods "adjusted" and "quadrature" of `estimate` then use surrogates by which superpixels near each other
    interact more than distant ones. `explain_image` knows the positions by itself. Methods that fit no surrogate give
    the same answers with positions as without.

    Args:
        function: F, (n, d) bool → (n,).
        positions: of the superpixels, (d,), (d, 1) or (d, 2) in any unit: centroids, or the numbers of words.
        areas: of the superpixels, (d,) positive in any unit; None for equal ones.

    Raises:
        ValueError, TypeError: positions or areas of another shape, not finite, or areas that are not positive.

    >>> import limetheory as lt
    >>> F = Placed(lt.Leaf(4, on=(0, 1)), positions=[[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> F(lt.all_masks(4)).sum().item(), F.layout.areas.tolist()
    (4.0, [1.0, 1.0, 1.0, 1.0])
    """

    def __init__(self, function: MaskFunction, positions: Any, areas: Any = None):
        self._function = mask_function("function", function)
        places = _finite("positions", positions)
        places = places[:, None] if places.ndim == 1 else places
        if places.ndim != 2 or not len(places) or not 1 <= places.shape[1] <= _MOST_AXES:
            raise ValueError(
                f"positions must have shape (d,), (d, 1) or (d, 2) with d ≥ 1, got {np.shape(positions)}; give one "
                "place for each superpixel"
            )
        self.layout = Layout(places, _areas(areas, len(places)))

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return self.layout.d

    def __getattr__(self, name: str) -> Any:
        """What the function has, but for what Python tells functions by."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._function, name)

    def __call__(self, masks: Masks) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        return self._function(masks)


def layout_of(function: Any, d: int) -> Layout | None:
    """The layout that a set function states, of d superpixels; None where it has none.

    >>> layout_of(len, 3) is None
    True
    """
    found = getattr(function, "layout", None)
    return found if isinstance(found, Layout) and found.d == d else None


def _areas(areas: Any, d: int) -> PerSuperpixel:
    if areas is None:
        return np.ones(d)
    found = _finite("areas", areas)
    if found.shape != (d,):
        raise ValueError(f"areas must have one entry for each of the {d} positions, got shape {found.shape}; give {d}")
    if not (found > 0).all():
        raise ValueError(f"areas must be positive, got {found.min():g}; leave out superpixels without pixels")
    return found


def _finite(name: str, values: Any) -> np.ndarray:
    found = array(name, values)
    if found.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {found.dtype}; give one or two for each superpixel")
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must be finite, got {np.count_nonzero(~np.isfinite(found))} that are not; mend them")
    return found.astype(float)
