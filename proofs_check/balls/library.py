"""What limetheory computes in float64, in the order of the balls."""

from __future__ import annotations

import limetheory as lt
from proofs_check.balls.laws import Law
from proofs_check.balls.leaves import Shape


def leaf_coefficients(law: Law, shape: Shape, ridge: float = 0.0) -> list[float]:
    """`limetheory.limit` of a leaf: the coefficient of the first superpixel of each group."""
    on, off = range(shape.on), range(shape.on, shape.on + shape.off)
    found = lt.limit(lt.Leaf(law.d, on=on, off=off), law.library(), ridge=ridge).coefficients
    first = {"on": 0, "off": shape.on, "other": shape.on + shape.off}
    return [float(found[first[name]]) for name, _ in shape.groups(law.d)]
