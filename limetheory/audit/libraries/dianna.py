"""dianna: `LIMEImage`, `LIMETabular` and `KERNELSHAPTabular`, which wrap lime and shap, with dianna's own defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

PACKAGES = ("dianna", "lime", "shap", "scikit-learn")


def lime_image(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`LIMEImage` on a picture with one column for each superpixel, hidden by black."""
    from dianna.methods.lime_image import LIMEImage

    levels = 0.2 + 0.6 * np.arange(1, d + 1) / d if options["content"] == "uneven" else np.full(d, 0.5)
    labels = {"from 0": np.arange(d), "from 1": np.arange(1, d + 1), "gaps": 3 * np.arange(d)}[options["labels"]]
    shown = np.repeat(np.repeat(levels[None, :, None], 2, axis=0), 3, axis=2)

    def model(pictures: Any) -> Any:
        values = F(np.asarray(pictures)[:, 0, :, 0] > 0)
        return np.stack([values, -values], axis=1)

    scores = LIMEImage(random_state=seed, axis_labels=["height", "width", "channels"]).explain(
        model, shown, labels=(0,), num_samples=n, num_features=options["keep"] or d, return_masks=False, hide_color=0,
        segmentation_fn=lambda _: np.repeat(labels[None], 2, axis=0), random_seed=seed,
        batch_size=options["batch_size"] or 10,
    )  # fmt: skip
    return scores[0][0]


def lime_tabular(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`LIMETabular` on a row of binary categories, each of which half of the training data has."""
    from dianna.methods.lime_tabular import LIMETabular

    training = np.stack([np.zeros(d), np.ones(d)]).repeat(2, axis=0)
    explainer = LIMETabular(
        training, mode="regression", feature_names=list(range(d)), categorical_features=list(range(d)),
        random_state=seed,
    )  # fmt: skip
    return explainer.explain(lambda rows: F(np.asarray(rows) > 0.5), np.ones(d), labels=[1], num_samples=n)


def kernel_shap(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`KERNELSHAPTabular` with one background row, seeded by the global generator."""
    from dianna.methods.kernelshap_tabular import KERNELSHAPTabular

    np.random.seed(seed)  # noqa: NPY002
    explainer = KERNELSHAPTabular(np.zeros((1, d)), mode="regression", silent=True)
    return explainer.explain(lambda rows: F(np.asarray(rows) > 0.5), np.ones(d), nsamples=n)


SUBJECTS = {"LIMEImage": lime_image, "LIMETabular": lime_tabular, "KERNELSHAPTabular": kernel_shap}
