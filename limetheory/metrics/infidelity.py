"""The infidelity and the sensitivity of Yeh et al. 2019."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from limetheory.arguments import array, flag, generator, real, vector, zero_one
from limetheory.counts import count
from limetheory.designs import Design
from limetheory.evaluation import MaskFunction, evaluate, superpixel_count
from limetheory.functions import answer
from limetheory.given import given
from limetheory.pictures import as_pixels

_LARGEST_ENUMERATED_D = 16  # the largest d whose 2^d masks are enumerated, for time and memory; a convention


def infidelity(
    F: MaskFunction, coefficients: Any, law: Any, *, n: int | None = None, rng: Any = 0, scale: bool = False
) -> float:
    """The mean squared error with which the coefficients predict how F drops if segments are removed (↓).

    E[(Σ_j β_j (1 − z_j) − (F(1) − F(z)))²] over the mask law. Source: Yeh et al. 2019, Definition 2.1, where the
    perturbation I removes segments, so that ΣI_j Φ_j is Σ_j β_j (1 − z_j), without the intercept. It is exactly 0 for
    the coefficients of an additive F. ``scale`` first multiplies β by the best factor E[uv] / E[u²] (their optimal
    scaling), with u the sum and v the drop, so that explanations in different units can be compared. Quantus 0.6
    removes more and more blocks in raster order, which is one fixed law; here any law can be given.

    Args:
        F: set function, (n, d) bool → (n,); it gets all masks in one call.
        coefficients: β, (d,).
        law: a design, whose law times weight is used, or masks (n, d) bool that are equally likely.
        n: how many masks are drawn from a design; None enumerates all 2^d, for d ≤ 16.
        rng: for drawing masks.
        scale: use the best multiple of β.

    >>> import limetheory as lt
    >>> additive = lt.Additive([3.0, 1.0])
    >>> design = lt.BernoulliDesign(2)
    >>> infidelity(additive, [3.0, 1.0], design), round(infidelity(additive, [2.0, 2.0], design), 12)
    (0.0, 0.5)
    >>> round(infidelity(additive, [6.0, 2.0], design), 12), infidelity(additive, [6.0, 2.0], design, scale=True)
    (6.5, 0.0)
    """
    beta = vector("coefficients", coefficients)
    masks, weight = _law(law, n, rng)
    if masks.ndim != 2 or masks.shape[1] != len(beta) or not len(masks):
        raise ValueError(f"masks must have shape (n, {len(beta)}), got {masks.shape}; one column a coefficient")
    superpixel_count(F, len(beta), "coefficients", "give coefficients")
    values = evaluate(F, np.concatenate([np.ones((1, len(beta)), bool), masks]))
    told, drop = ~masks @ beta, values[0] - values[1:]
    power = weight @ told**2
    alpha = (weight @ (told * drop)) / power if flag("scale", scale) and power > 0 else 1.0
    return float(weight @ (alpha * told - drop) ** 2)


def _law(law: Any, n: int | None, rng: Any) -> tuple[np.ndarray, np.ndarray]:
    """The masks and their probabilities, which sum to 1."""
    if not isinstance(law, Design):
        found = array("law", law)
        if not found.ndim:
            raise TypeError(f"law must be a design or masks (n, d), got {given(law)}; try BernoulliDesign(d)")
        masks = zero_one("law", found)
        return masks, np.full(len(masks), 1 / max(len(masks), 1))
    if n is None:
        return _enumerated(law)
    masks = law.sample(count("n", n, 1), generator(rng))
    weight = law.weight(masks)
    return masks, weight / weight.sum()


def _enumerated(law: Design) -> tuple[np.ndarray, np.ndarray]:
    from limetheory.limits import all_masks

    if law.d > _LARGEST_ENUMERATED_D:
        raise ValueError(f"n must be given above d = {_LARGEST_ENUMERATED_D}, got d = {law.d}; try n=1000")
    masks = all_masks(law.d)
    return masks, law.probability(masks)


class Sensitivity(NamedTuple):
    """The largest and the mean change of an explanation over noisy images, relative if that was asked for."""

    maximum: float
    mean: float


def sensitivity(
    explain: Callable[[np.ndarray], Any],
    image: Any,
    *,
    radius: float = 0.02,
    n: int = 10,
    relative: bool = True,
    rng: Any = 0,
) -> Sensitivity:
    """How much an explanation changes if small noise is added to the image (↓).

    max over n draws of ‖Φ(x + δ) − Φ(x)‖₂, δ i.i.d. uniform on [−r, r], clipped to [0, 1]; relative: divided by ‖Φ(x)‖₂
    (NaN where that is 0). Source: Yeh et al. 2019, SENS_MAX; their maximum over all δ is approached from below as n
    grows. ``explain`` must use the same segments and the same rng in every call, or sampling error is counted too.

    Args:
        explain: image → coefficients (d,), the same d for every image; it gets floats in [0, 1].
        image: (h, w) or (h, w, c), see `as_pixels`: uint8 and uint16 are rescaled to [0, 1].
        radius: r > 0 on the scale [0, 1] of pixels.
        n: the number of noisy images, each of which is explained once.
        relative: divide by ‖Φ(x)‖₂.
        rng: for the noise.

    >>> found = sensitivity(lambda image: image.ravel(), np.full((4, 4), 0.5), radius=0.1, n=50)
    >>> 0.05 < found.mean < found.maximum < 0.2
    True
    """
    radius, n, rng = real("radius", radius, above=0), count("n", n, 1), generator(rng)
    levels = as_pixels(image)
    base = vector("an explanation", answer("explain", explain, "image → (d,)", levels))
    noisy = (np.clip(levels + rng.uniform(-radius, radius, levels.shape), 0, 1) for _ in range(n))
    changes = np.array([np.linalg.norm(_alike(explain(one), base) - base) for one in noisy])
    size = np.linalg.norm(base) if flag("relative", relative) else 1.0
    changes = changes / size if size > 0 else np.full(n, np.nan)
    return Sensitivity(float(changes.max()), float(changes.mean()))


def _alike(coefficients: Any, base: np.ndarray) -> np.ndarray:
    found = vector("an explanation", coefficients)
    if found.shape != base.shape:
        raise ValueError(f"explanations must keep {len(base)} segments, got {len(found)}; fix the segments in explain")
    return found
