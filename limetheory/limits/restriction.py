"""thm:quadratic needs a set function with one superpixel fixed, as a function of the others."""

from __future__ import annotations

from functools import singledispatch
from typing import Any


@singledispatch
def restricted(model: Any, j: int, active: bool) -> Any:
    """F with superpixel j always on or always off: a set function of the d − 1 others, in their order.

    Each closed form registers itself in its own file; any other callable is tabulated first, see `quadratic_limit`.

    Args:
        model: a set function of d ≥ 2 superpixels.
        j: 0..d−1.
        active: whether it is on.

    >>> import limetheory as lt
    >>> both = restricted(lt.Leaf(3, on=(0, 2)), 0, True)
    >>> both.d, both.on, restricted(lt.Leaf(3, on=(0, 2)), 0, False).value
    (2, [1], 0.0)
    """
    raise NotImplementedError(
        f"no restriction of {type(model).__name__}; pass tabulate(model, d) to enumerate all 2^d masks"
    )
