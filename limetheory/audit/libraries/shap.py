"""shap: `KernelExplainer`, `PermutationExplainer`, `PartitionExplainer` and `TreeExplainer`, with their defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

PACKAGES = ("shap", "scikit-learn")


def kernel(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`KernelExplainer` with one background row, seeded by the global generator, as it has no seed of its own."""
    import shap

    np.random.seed(seed)  # noqa: NPY002
    explainer = shap.KernelExplainer(lambda rows: F(rows > 0.5), np.zeros((1, d)))
    asked = {"l1_reg": options["l1_reg"]} if "l1_reg" in options else {}
    return explainer.shap_values(np.ones(d), nsamples=n, silent=True, **asked)


def permutation(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`PermutationExplainer` with one background row."""
    import shap

    masker = shap.maskers.Independent(np.zeros((1, d)))
    explainer = shap.PermutationExplainer(lambda rows: F(rows > 0.5), masker, seed=seed)
    batch = {"batch_size": options["batch_size"]} if options["batch_size"] else {}
    return explainer(np.ones((1, d)), max_evals=max(n, 2 * d + 1), silent=True, **batch).values[0]


def partition(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`PartitionExplainer` with a hierarchy that halves the features again and again."""
    import shap

    masker = shap.maskers.Partition(np.zeros((1, d)), clustering=halves(d))
    explainer = shap.PartitionExplainer(lambda rows: F(rows > 0.5), masker)
    batch = {"batch_size": options["batch_size"]} if options["batch_size"] else {}
    return explainer(np.ones((1, d)), max_evals=n, silent=True, **batch).values[0]


def tree(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`TreeExplainer` with one background row, on a regression tree that is the set function."""
    import shap
    from sklearn.tree import DecisionTreeRegressor

    masks = (np.arange(1 << d)[:, None] >> np.arange(d)) & 1
    fitted = DecisionTreeRegressor(random_state=0).fit(masks, F(masks == 1))
    explainer = shap.TreeExplainer(fitted, np.zeros((1, d)), feature_perturbation="interventional")
    return explainer.shap_values(np.ones((1, d)))[0]


def halves(d: int) -> Any:
    """The merges, as SciPy writes a hierarchy, of features 0..d−1 that are halved again and again."""
    merges: list[list[float]] = []

    def merged(first: int, last: int) -> tuple[int, int]:
        if last - first == 1:
            return first, 1
        middle = (first + last + 1) // 2
        (left, a), (right, b) = merged(first, middle), merged(middle, last)
        merges.append([left, right, float(a + b), a + b])
        return d + len(merges) - 1, a + b

    merged(0, d)
    return np.array(merges, float).reshape(-1, 4)


SUBJECTS = {"Kernel": kernel, "Permutation": permutation, "Partition": partition, "Tree": tree}
