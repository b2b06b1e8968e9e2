"""interpret: `LimeTabular` and `ShapKernel` of `interpret.blackbox`, which wrap lime and shap."""

from __future__ import annotations

from typing import Any

import numpy as np

PACKAGES = ("interpret-core", "lime", "shap", "scikit-learn")


def lime_tabular(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`LimeTabular` on a row of binary categories, each of which half of the training data has."""
    from interpret.blackbox import LimeTabular

    names = [f"x{j}" for j in range(d)]
    training = np.stack([np.zeros(d), np.ones(d)]).repeat(2, axis=0)
    explainer = LimeTabular(
        lambda rows: F(np.asarray(rows) > 0.5), training, feature_names=names, feature_types=["continuous"] * d,
        categorical_features=list(range(d)), random_state=seed,
    )  # fmt: skip
    found = explainer.explain_local(np.ones((1, d)), num_samples=n, num_features=options["keep"] or max(d, 10)).data(0)
    scores = dict(zip(found["names"], found["scores"]))  # noqa: B905  (this runs on any Python)
    return [scores.get(name, 0.0) for name in names]


def shap_kernel(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`ShapKernel` with one background row, seeded by the global generator."""
    from interpret.blackbox import ShapKernel

    np.random.seed(seed)  # noqa: NPY002
    names = [f"x{j}" for j in range(d)]
    explainer = ShapKernel(
        lambda rows: F(np.asarray(rows) > 0.5), np.zeros((1, d)), feature_names=names, feature_types=["continuous"] * d
    )
    found = explainer.explain_local(np.ones((1, d)), nsamples=n, silent=True).data(0)
    scores = dict(zip(found["names"], found["scores"]))  # noqa: B905
    return [scores[name] for name in names]


SUBJECTS = {"LimeTabular": lime_tabular, "ShapKernel": shap_kernel}
