"""Strategies for hypothesis: designs, set functions, images and label maps.

Simple ones come first, so that hypothesis shrinks towards them: few parts, lime's own design, additive functions, black
images and one label.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from limetheory.arguments import integer, pair
from limetheory.designs import (
    BernoulliDesign,
    GlimeDesign,
    ImageDesign,
    ProductDesign,
    ShapleyDesign,
    SizeLawDesign,
    TextDesign,
)
from limetheory.limits import Additive, FactorProduct, Leaf, LeafSum, Multilinear, SetFunction, exclusive_or
from limetheory.packages import needed
from limetheory.testing.battery import LARGEST_TABLE

_LARGEST_D, _LARGEST_SIDE, _LARGEST_LABEL = 8, 8, 1000
_TERMS = 4  # the most leaves or interactions of a drawn function
_VALUE = 4.0  # the largest absolute value of a weight


def designs(d: int | None = None) -> Any:
    """Designs whose limit is determined: lime's for images and texts, unweighted, product, size-law, Shapley, GLIME's.

    Args:
        d: number of parts, at least 1; None draws it from 1 to 8.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20, deadline=None, database=None)
    ... @given(designs(3))
    ... def marginals_are_probabilities(design):
    ...     assert design.d == 3 and (0 < design.marginals).all() and (design.marginals < 1).all()
    >>> marginals_are_probabilities()
    """
    st = _strategies("designs")
    sizes = st.integers(1, _LARGEST_D) if d is None else st.just(integer("d", d, 1))
    return sizes.flatmap(lambda d: st.one_of(_designs(st, d)))


def _designs(st: Any, d: int) -> list[Any]:
    def numbers(low: float, high: float) -> Any:
        return st.lists(st.floats(low, high), min_size=d, max_size=d)

    width = st.floats(0.15, 10.0)
    found = [
        width.map(lambda bandwidth: ImageDesign(d, bandwidth)),
        st.floats(0.1, 0.9).map(lambda p: BernoulliDesign(d, p)),
        st.tuples(numbers(0.1, 0.9), numbers(0.1, 2.0)).map(lambda drawn: ProductDesign(*drawn)),
        st.lists(st.floats(0.1, 2.0), min_size=d + 1, max_size=d + 1).map(SizeLawDesign),
        st.floats(0.5, 4.0).map(lambda sigma: GlimeDesign(d, sigma)),
    ]
    if d > 1:
        found += [width.map(lambda bandwidth: TextDesign(d, bandwidth)), st.just(ShapleyDesign(d))]
    return found


def set_functions(d: int) -> Any:
    """Set functions of d parts that `limetheory.limit` takes: additive ones, leaves, polynomials, products, tables.

    Args:
        d: number of parts, at least 1. Up to 12, functions may be tables of their values.

    >>> import limetheory as lt
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20, deadline=None, database=None)
    ... @given(set_functions(4))
    ... def limits_are_finite(F):
    ...     assert np.isfinite(lt.limit(F, lt.ImageDesign(4)).coefficients).all()
    >>> limits_are_finite()
    """
    st, d = _strategies("set_functions"), integer("d", d, 1)
    weight, part = st.floats(-_VALUE, _VALUE), st.integers(0, d - 1)
    parts = st.sets(part, max_size=min(d, 3))
    weights, factors = (
        st.lists(one, min_size=d, max_size=d) for one in (weight, st.floats(-1.0, 1.0, allow_subnormal=False))
    )
    leaf = st.builds(Leaf, st.just(d), parts, parts, weight)
    found = [
        st.builds(Additive, weights, weight),
        leaf,
        st.builds(LeafSum, st.just(d), st.lists(leaf, max_size=_TERMS), weight),
        st.builds(Multilinear, st.just(d), st.dictionaries(parts.map(frozenset), weight, max_size=_TERMS)),
        st.builds(FactorProduct, factors, factors),
        st.builds(exclusive_or, st.just(d), st.sets(part, min_size=1, max_size=min(d, 3))),
    ]
    if d <= LARGEST_TABLE:
        found.append(st.builds(_table, st.just(d), st.integers(0, 2**32 - 1)))
    return st.one_of(found)


def _table(d: int, seed: int) -> SetFunction:
    """A table of random values in [0, 1): drawn by seed, since hypothesis would take long for 2^d numbers."""
    return SetFunction(np.random.default_rng(seed).random(1 << d))


def images(shape: Sequence[int] | None = None) -> Any:
    """Images (h, w, 3): uint8, or float64 in [0, 1].

    Args:
        shape: h and w, together two pixels or more; None draws them from 1 to 8.

    >>> from hypothesis import given, settings
    >>> import limetheory as lt
    >>> @settings(max_examples=20, deadline=None, database=None)
    ... @given(images((4, 6)))
    ... def images_are_read(image):
    ...     assert lt.as_image(image).shape == (4, 6, 3)
    >>> images_are_read()
    """
    st, arrays = _strategies("images"), needed("hypothesis.extra.numpy", "images", "testing").arrays
    levels = [(np.uint8, st.integers(0, 255)), (np.float64, st.floats(0.0, 1.0))]
    return _sides(st, shape).flatmap(
        lambda sides: st.one_of([arrays(kind, (*sides, 3), elements=elements) for kind, elements in levels])
    )


def label_maps(shape: Sequence[int] | None = None, max_labels: int = 8) -> Any:
    """Label maps (h, w) of two labels or more: integers with gaps, in any order, and segments of several pieces.

    Args:
        shape: h and w, together two pixels or more; None draws them from 1 to 8.
        max_labels: the most labels, at least 2.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20, deadline=None, database=None)
    ... @given(label_maps((4, 6), max_labels=3))
    ... def labels_are_few(labels):
    ...     assert labels.shape == (4, 6) and 2 <= len(np.unique(labels)) <= 3
    >>> labels_are_few()
    """
    st, arrays = _strategies("label_maps"), needed("hypothesis.extra.numpy", "label_maps", "testing").arrays
    most = integer("max_labels", max_labels, 2)
    known = st.lists(st.integers(0, _LARGEST_LABEL), min_size=2, max_size=most, unique=True)

    def maps(drawn: tuple[tuple[int, int], list[int]]) -> Any:
        sides, labels = drawn
        return arrays(np.int64, sides, elements=st.sampled_from(labels)).map(lambda found: _cut(found, labels))

    return st.tuples(_sides(st, shape), known).flatmap(maps)


def _cut(found: np.ndarray, labels: Sequence[int]) -> np.ndarray:
    """A label map with another label in its last pixel where all have one."""
    if (found == found.flat[0]).all():
        found.flat[-1] = next(label for label in labels if label != found.flat[0])
    return found


def _sides(st: Any, shape: Any) -> Any:
    if shape is None:
        return st.tuples(st.integers(1, _LARGEST_SIDE), st.integers(2, _LARGEST_SIDE))
    first, second = pair("shape", shape, "(h, w)")
    height = integer("height", first, 1)
    return st.just((height, integer("width", second, 2 if height == 1 else 1, "an image needs two pixels to be cut")))


def _strategies(what: str) -> Any:
    import_module("scipy.special")  # on first use it would take so long that hypothesis fails a health check
    return needed("hypothesis.strategies", what, "testing")
