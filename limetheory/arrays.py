"""Names for the arrays of the package: their meaning, shape and type (jaxtyping; checked in the tests only).

d superpixels, n masks, d + 1 sizes, an image of h × w pixels with any channels.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Int

if TYPE_CHECKING:  # with the kind of numbers: most results on a bare np.ndarray are Any
    Bools: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[np.bool_]]
    Floats: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[np.floating[Any]]]
    Ints: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[np.integer[Any]]]
else:  # jaxtyping checks the kind of numbers itself
    Bools = Floats = Ints = np.ndarray

Masks: TypeAlias = Bool[Bools, "n d"]
PerMask: TypeAlias = Float[Floats, "n"]
PerMaskOfEach: TypeAlias = Float[Floats, "*functions n"]
PerSuperpixel: TypeAlias = Float[Floats, "d"]
PerSuperpixelOfEach: TypeAlias = Float[Floats, "*functions d"]
PerMaskAndSuperpixel: TypeAlias = Float[Floats, "n d"]
Covariances: TypeAlias = Float[Floats, "*n d"]
PerSize: TypeAlias = Float[Floats, "sizes"]
Gram: TypeAlias = Float[Floats, "parameters parameters"]
GramOfEach: TypeAlias = Float[Floats, "*functions parameters parameters"]
Intervals: TypeAlias = Float[Floats, "d 2"]
HeatMap: TypeAlias = Float[Floats, "h w"]
HeatMapIntervals: TypeAlias = Float[Floats, "h w 2"]
Labels: TypeAlias = Int[Ints, "h w"]
SoftMasks: TypeAlias = Float[Floats, "d h w"]
PixelShares: TypeAlias = Float[Floats, "n h w"]
