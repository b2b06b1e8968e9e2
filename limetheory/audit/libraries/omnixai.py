"""OmniXAI: `LimeTabular` and `ShapTabular`, which wrap lime and shap."""

from __future__ import annotations

from typing import Any

import numpy as np

PACKAGES = ("omnixai", "lime", "shap", "scikit-learn")


def lime_tabular(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`LimeTabular` on a row of binary categories, each of which half of the training data has."""
    from omnixai.explainers.tabular import LimeTabular

    explained = LimeTabular(
        _table(np.stack([np.zeros(d), np.ones(d)]).repeat(2, axis=0), d), _model(F, d), mode="regression",
        random_state=seed,
    ).explain(_table(np.ones((1, d)), d), num_samples=n, num_features=options["keep"] or max(d, 10))  # fmt: skip
    return _ordered(explained, d)


def shap_tabular(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`ShapTabular` with one background row, seeded by the global generator."""
    from omnixai.data.tabular import Tabular
    from omnixai.explainers.tabular import ShapTabular

    np.random.seed(seed)  # noqa: NPY002
    names = [f"x{j}" for j in range(d)]
    background = Tabular(np.zeros((1, d)), feature_columns=names)
    explainer = ShapTabular(background, lambda rows: F(rows.to_numpy().astype(float) > 0.5), mode="regression")
    row = Tabular(np.ones((1, d)), feature_columns=names)
    return _ordered(explainer.explain(row, nsamples=n, silent=True), d)


def _table(rows: Any, d: int) -> Any:
    from omnixai.data.tabular import Tabular

    names = [f"x{j}" for j in range(d)]
    return Tabular(rows.astype(int).astype(str), feature_columns=names, categorical_columns=names)


def _model(F: Any, d: int) -> Any:
    return lambda rows: F(rows.to_numpy().astype(float) > 0.5)


def _ordered(explained: Any, d: int) -> Any:
    """The scores in the order of the columns, 0 for those that are left out."""
    found = explained.get_explanations(0)
    names = [str(name).split(" ")[0] for name in found["features"]]
    scores = dict(zip(names, found["scores"]))  # noqa: B905  (this runs on any Python)
    return [scores.get(f"x{j}", 0.0) for j in range(d)]


SUBJECTS = {"LimeTabular": lime_tabular, "ShapTabular": shap_tabular}
