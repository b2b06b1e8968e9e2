"""How an explanation of an image differs from LIME's: in its attribution, and in edges that are smooth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import choice
from limetheory.arrays import SoftMasks
from limetheory.attribution import ATTRIBUTIONS, Attribution
from limetheory.given import given
from limetheory.images.masked import MaskedImage
from limetheory.images.soft.masked import SoftMaskedImage
from limetheory.images.soft.smoothing import SMOOTHINGS, check_smoothing, soft_masks

GAUSSIAN = "gaussian"


@dataclass(frozen=True)
class Smoothing:
    """Which edges of superpixels are smooth: where the image is masked, in the heat map, or in both.

    Attributes:
        masks: the smoothing of the image's masks; None for none.
        sigma: of "gaussian".
        per_pixel: that of the heat map: True is that of the masks, False none, or a smoothing by name.

    Raises:
        ValueError, TypeError: in one line.

    >>> Smoothing("gaussian", None, True).of_map
    'gaussian'
    """

    masks: str | None = None
    sigma: float | None = None
    per_pixel: bool | str = False

    def __post_init__(self) -> None:
        check_smoothing(self.masks, None)
        if isinstance(self.per_pixel, (bool, np.bool_)):
            if self.per_pixel and self.masks is None:
                raise ValueError(
                    "per_pixel smooths the map as the masks are, got no smoothing of these; give a smoothing too, such "
                    "as 'gaussian'"
                )
        else:
            choice("per_pixel", self.per_pixel, SMOOTHINGS, "or True for that of the masks, or False")
        if self.sigma is not None and GAUSSIAN not in (self.masks, self.of_map):
            raise ValueError(
                f"sigma is for a gaussian smoothing, got {given(self.sigma)} without one; give smoothing 'gaussian', "
                "or leave sigma out"
            )
        check_smoothing(GAUSSIAN, self.sigma)

    @property
    def of_map(self) -> str | None:
        """The smoothing of the heat map."""
        return self.per_pixel if isinstance(self.per_pixel, str) else self.masks if self.per_pixel else None

    def applied(self, crisp: MaskedImage) -> tuple[MaskedImage | SoftMaskedImage, SoftMasks | None]:
        """The masked image with smooth edges, and the masks of the heat map; None where it has none."""
        if self.masks is None and self.of_map is None:
            return crisp, None
        made = {name: self._made(crisp, name) for name in {self.masks, self.of_map} - {None}}
        masked = crisp if self.masks is None else SoftMaskedImage.of(crisp, made[self.masks])
        return masked, None if self.of_map is None else made[self.of_map]

    def _made(self, crisp: MaskedImage, name: Any) -> SoftMasks:
        return soft_masks(crisp.segments, name, self.sigma if name == GAUSSIAN else None)


def chosen_attribution(attribution: Any, tolerance: Any, method: Any) -> Attribution | None:
    """The row of an attribution; None for LIME.

    Raises:
        ValueError: another attribution than LIME's to a tolerance, or with a method of estimation besides.
    """
    if attribution is None:
        return None
    row = ATTRIBUTIONS.chosen(attribution, "attribution")
    if tolerance is not None:
        raise ValueError(
            f"a tolerance is for LIME's coefficients, got attribution {row.name!r} besides; leave one of them out"
        )
    if not (isinstance(method, str) and method == "wls"):
        raise ValueError(
            f"attribution {row.name!r} is a method by itself, got method={given(method)} besides; leave one of them out"
        )
    return row
