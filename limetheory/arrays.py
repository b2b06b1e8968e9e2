"""Names for the arrays of the package: their meaning, shape and type (jaxtyping; checked in the tests only).

d superpixels, n masks, d + 1 sizes, an image of h × w pixels with any channels.
"""

from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Int

Masks: TypeAlias = Bool[np.ndarray, "n d"]
PerMask: TypeAlias = Float[np.ndarray, "n"]
PerSuperpixel: TypeAlias = Float[np.ndarray, "d"]
PerMaskAndSuperpixel: TypeAlias = Float[np.ndarray, "n d"]
Covariances: TypeAlias = Float[np.ndarray, "*n d"]
PerSize: TypeAlias = Float[np.ndarray, "sizes"]
Gram: TypeAlias = Float[np.ndarray, "parameters parameters"]
Intervals: TypeAlias = Float[np.ndarray, "d 2"]
HeatMap: TypeAlias = Float[np.ndarray, "h w"]
Labels: TypeAlias = Int[np.ndarray, "h w"]
