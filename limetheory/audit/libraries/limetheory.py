"""limetheory itself: `explain_image`, `explain_text`, `explain_tabular`, and `estimate` for Shapley values."""

from __future__ import annotations

from typing import Any

import numpy as np

PACKAGES = ("limetheory",)


def image(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`explain_image` with lime's ridge penalty and first mask."""
    import limetheory as lt

    levels = 0.2 + 0.6 * np.arange(1, d + 1) / d if options["content"] == "uneven" else np.full(d, 0.5)
    labels = {"from 0": np.arange(d), "from 1": np.arange(1, d + 1), "gaps": 3 * np.arange(d)}[options["labels"]]
    shown = np.repeat(np.repeat(levels[None, :, None], 2, axis=0), 3, axis=2)
    explained = lt.explain_image(
        lambda pictures: F(np.asarray(pictures)[:, 0, :, 0] > 0), shown, segments=np.repeat(labels[None], 2, axis=0),
        replacement=0.0, n=n, rng=seed, ridge=1.0, include_original=True, batch_size=options["batch_size"] or 64,
    )  # fmt: skip
    return explained.coefficients


def text(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`explain_text` with lime's ridge penalty and first mask."""
    import limetheory as lt

    words = [f"word{j}" for j in range(d)]

    def values(texts: Any) -> Any:
        return F(np.array([[word in one.split() for word in words] for one in texts]))

    return lt.explain_text(values, " ".join(words), n=n, rng=seed, ridge=1.0, include_original=True).coefficients


def tabular(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`explain_tabular` with lime's ridge penalty and first mask: binary categories, half of the training data each."""
    import limetheory as lt

    training = np.stack([np.zeros(d), np.ones(d)]).repeat(2, axis=0)
    return lt.explain_tabular(
        lambda rows: F(np.asarray(rows) > 0.5), np.ones(d), training, categorical=range(d), n=n, rng=seed, ridge=1.0,
        include_original=True,
    ).coefficients  # fmt: skip


def estimate(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`estimate` with image LIME's design, without penalty."""
    import limetheory as lt

    return lt.estimate(F, lt.ImageDesign(d), n, seed).coefficients


def shapley(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`estimate` with the design of Shapley values."""
    import limetheory as lt

    return lt.estimate(F, lt.ShapleyDesign(d), n, seed).coefficients


SUBJECTS = {
    "explain_image": image, "explain_text": text, "explain_tabular": tabular, "estimate": estimate, "Shapley": shapley
}  # fmt: skip
