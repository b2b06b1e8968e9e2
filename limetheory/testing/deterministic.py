"""`assert_deterministic`: does the seed decide the answer, and nothing else?"""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import flag, generator, integer
from limetheory.testing.converges import N
from limetheory.testing.global_states import global_states
from limetheory.testing.runs import Explain, answer_of, explainer, name_of, set_function_of

_SEEDS = 3  # answers that are compared: for a random explainer, two of them are equal by chance with no probability


def assert_deterministic(
    explain: Explain, F: Any, n: int = N, *, d: int | None = None, seeds_matter: bool = True, rng: Any = 0
) -> None:
    """Fail where the same seed gives other coefficients, all seeds the same, or global random states change.

    There are no error rates: equal means equal in every bit.

    Args:
        explain: (F, n, rng) → coefficients, see `assert_converges`.
        F: a set function, one that a sample of n masks does not determine.
        n: number of masks.
        d: number of parts; None takes that of F.
        seeds_matter: whether other seeds must give other coefficients, as sampling does.
        rng: of the seeds.

    Raises:
        AssertionError: which of these it is.

    >>> import limetheory as lt
    >>> assert_deterministic(lambda F, n, rng: lt.estimate(F, lt.ImageDesign(3), n, rng), lt.Leaf(3, on=(0, 1)), n=50)
    """
    explain, (function, d) = explainer(explain), set_function_of(F, d)
    n, seeds_matter = integer("n", n, 1), flag("seeds_matter", seeds_matter)
    seeds = generator(rng).integers(1 << 62, size=_SEEDS).tolist()
    with global_states() as changed:
        found = [_of_seed(explain, function, d, n, seed) for seed in seeds]
    if changed:
        raise AssertionError(
            f"an explainer must leave global random states as they are, got a changed state of {' and '.join(changed)} "
            f"for {name_of(F)}; draw from rng alone"
        )
    again = [_of_seed(explain, function, d, n, seed) for seed in seeds]
    gaps = [float(np.abs(one - other).max()) for one, other in zip(found, again, strict=True)]
    if any(gaps):
        raise AssertionError(
            f"an explainer must give the same coefficients for the same seed, got ones that differ by {max(gaps):.3g} "
            f"for {name_of(F)} and n = {n}; draw from rng alone, and look for sums in an order that varies"
        )
    if seeds_matter and all((one == found[0]).all() for one in found):
        raise AssertionError(
            f"an explainer must draw its masks from rng, got the same coefficients for {_SEEDS} seeds of {name_of(F)} "
            f"and n = {n}; pass rng on to what draws"
        )


def _of_seed(explain: Explain, F: Any, d: int, n: int, seed: int) -> np.ndarray:
    return answer_of(explain, F, d, n, np.random.default_rng(seed))[0]
