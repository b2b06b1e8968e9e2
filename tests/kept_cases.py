"""Explanations of every kind to save in files."""

from dataclasses import replace

import numpy as np

import limetheory as lt

F = lt.Leaf(9, on=(0, 3), value=0.8)
DESIGNS = [
    lt.ImageDesign(9), lt.ImageDesign(9, np.inf), lt.TextDesign(9, 0.4), lt.BernoulliDesign(9, 0.3),
    lt.ShapleyDesign(9), lt.SizeLawDesign(np.arange(10) / 7), lt.GlimeDesign(9, 0.7, "comb"),
    lt.ProductDesign(np.linspace(0.1, 0.9, 9)), lt.AreaDesign(np.arange(1.0, 10), power=0.5),
    lt.UnequalDesign(np.linspace(0.2, 0.7, 9), np.linspace(-1, 0, 10)),
    lt.ExchangeableDesign(9, np.full(10, -np.log(10)), np.linspace(-1, 0, 10)),
]  # fmt: skip


def until(**options):
    return lt.estimate_until(lt.Leaf(24, on=(0, 3), value=0.8), options.pop("design", lt.ImageDesign(24)), 0.1, rng=0,
                             **({"bounds": (0, 1)} | options))  # fmt: skip


FINE = np.arange(9).repeat(2)[None].repeat(12, axis=0)


def on_an_image(segments=FINE, **options):
    image = np.random.default_rng(0).random((12, 18, 3))
    options = {"n": 60, "rng": 0} | options
    return lt.explain_image(lambda images: images.mean(axis=(1, 2, 3)), image, segments=segments, **options)


def with_infinities():
    found = lt.estimate(F, lt.ImageDesign(9, 0.03), 10, 0)
    assert np.isinf(found.standard_errors).any() and np.isinf(found.covariance).any()
    return found


CASES = {
    "a limit": lambda: lt.limit(F, lt.ImageDesign(9)),
    "least squares": lambda: lt.estimate(F, lt.ImageDesign(9), 200, 0),
    "too few masks": with_infinities,
    "names": lambda: replace(lt.limit(F, lt.ImageDesign(9)), names=list("<ä&\n\0\"'…é")),
    "no number": lambda: lt.Explanation(np.array([np.nan, -0.0, np.inf]), np.nan, np.full(3, 5e-324), 2**60, 3),
    "to a tolerance": until,
    "without bounds": lambda: until(guarantee="asymptotic"),
    "efficient": lambda: until(design=lt.ShapleyDesign(24)),
    "all masks": lambda: lt.estimate_until(F, lt.ImageDesign(9), 0.01, rng=0, bounds=(0, 1)),
    "a few parts": lambda: lt.slime(F, lt.ImageDesign(9), 2, 0),
    "a posterior": lambda: lt.baylime(F, lt.ImageDesign(9), 50, 0),
    "an image": lambda: on_an_image("grid", rng=7),
    "an image and a colour": lambda: on_an_image(rng=np.random.default_rng(0), replacement=[0.1, 0.2, 0.3]),
    "an image to a tolerance": lambda: on_an_image(tolerance=0.1, n=1000, guarantee="asymptotic", rng=7),
    "an image and noise": lambda: on_an_image(replacement="noise", repeats=2),
    "an image and its colours": lambda: on_an_image(replacement="histogram", smoothing="gaussian"),
    "an image and others": lambda: on_an_image(replacement=np.random.default_rng(1).random((3, 12, 18, 3))),
    "an image with smooth edges": lambda: on_an_image(smoothing="gaussian", attribution="rise", per_pixel=True),
    "an image with two smoothings": lambda: on_an_image("grid", smoothing="bilinear", per_pixel="gaussian", sigma=2.0),
    **{f"an image, {design!r}": lambda design=design: on_an_image(design=design) for design in DESIGNS},
}
