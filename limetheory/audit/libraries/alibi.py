"""alibi: `KernelShap`, which wraps shap's."""

from __future__ import annotations

from typing import Any

import numpy as np

PACKAGES = ("alibi", "shap", "scikit-learn")


def kernel_shap(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`alibi.explainers.KernelShap` with one background row."""
    from alibi.explainers import KernelShap

    explainer = KernelShap(lambda rows: F(np.asarray(rows) > 0.5), seed=seed)
    explainer.fit(np.zeros((1, d)))
    found = explainer.explain(np.ones((1, d)), nsamples=n, silent=True)
    return np.asarray(found.shap_values[0])[0]


SUBJECTS = {"KernelShap": kernel_shap}
