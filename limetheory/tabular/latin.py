"""Latin hypercube sampling of masks: each column is shown in as many masks as its probability says, up to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import Masks as MaskRows
from limetheory.arrays import PerMask
from limetheory.designs import Design, ProductDesign
from limetheory.estimation.samples.sampling import Scheme
from limetheory.explaining.budget import Masks
from limetheory.given import given
from limetheory.tabular.function import latin_hypercube


@dataclass(frozen=True)
class LatinMasks(Masks):
    """`Masks` that make a Latin hypercube.

    Standard errors are those of independent draws. The variance of a mean over a Latin hypercube is asymptotically at
    most as large (Stein 1987), so that intervals cover at least as often as their level says.
    """

    def _drawing(self, design: Design) -> dict[str, Any]:
        """How masks are drawn, as arguments of `estimate`."""
        if not isinstance(design, ProductDesign):
            raise ValueError(
                f"sampling='latin' needs a ProductDesign, whose coordinates are independent, got {given(design)}; "
                "leave the design out, or give sampling='design'"
            )
        return {"sampling": _SCHEME}


def _blocks(
    design: Design, n: int, rng: np.random.Generator, size: int
) -> tuple[Iterator[tuple[MaskRows, PerMask]], None]:
    assert isinstance(design, ProductDesign)
    masks = latin_hypercube(n, design.d, rng) < design.sample_keep
    return (
        (masks[start : start + size], np.ones(len(masks[start : start + size]))) for start in range(0, n, size)
    ), None


_SCHEME = Scheme("latin", "a Latin hypercube", "1", "McKay, Beckman & Conover 1979", _blocks, plain=True)
