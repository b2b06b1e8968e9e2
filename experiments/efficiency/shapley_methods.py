"""Estimators of the Shapley value, the limit of KernelSHAP.

Left out, because more evaluations do not bring it to the Shapley value: shapiq's `OwenSamplingSV` (a quadrature). Left
out as the same numbers: shapiq's `KernelSHAPIQ` and `SHAPIQ`, in first order `KernelSHAP` and `UnbiasedKernelSHAP`.
Left out as made for sparse interactions of many features: shapiq's `SPEX` and `ProxySPEX`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import linkage

import limetheory as lt
from experiments.efficiency.lime_methods import SCHEMES, SURROGATE_RUNS, as_torch, attributed, limit_under
from experiments.efficiency.methods import ADJUSTED, FEW, MANY, PLAIN, QUADRATURE, Function, Method
from limetheory.arrays import PerSuperpixel

SHAPIQ: dict[str, tuple[str, dict[str, Any]]] = {
    "shapiq KernelSHAP": ("KernelSHAP", {}),
    "shapiq KernelSHAP, paired": ("KernelSHAP", {"pairing_trick": True}),
    "shapiq UnbiasedKernelSHAP": ("UnbiasedKernelSHAP", {}),
    "shapiq kADDSHAP, k = 2": ("kADDSHAP", {"max_order": 2}),
    "shapiq kADDSHAP, k = 3": ("kADDSHAP", {"max_order": 3}),
    "shapiq SVARM": ("SVARM", {}),
    "shapiq PermutationSampling": ("PermutationSamplingSV", {}),
    "shapiq StratifiedSampling": ("StratifiedSamplingSV", {}),
}


def methods() -> list[Method]:
    """All estimators; the others are compared with the first."""
    target = limit_under(lt.ShapleyDesign)
    ours = [
        (PLAIN, "wls", MANY), ("limetheory, unbiased", "unbiased", MANY), (ADJUSTED, "adjusted", SURROGATE_RUNS),
        (QUADRATURE, "quadrature", SURROGATE_RUNS),
    ]  # fmt: skip
    return [
        *[Method(name, "Shapley", _by(kind), target, repetitions=runs) for name, kind, runs in ours],
        *[Method(f"limetheory, {scheme}", "Shapley", _by("unbiased", scheme), target) for scheme in SCHEMES],
        Method("Captum KernelShap", "Shapley", captum_kernel_shap, target, "captum", FEW),
        Method("shap KernelExplainer", "Shapley", shap_kernel, target, "shap", FEW),
        Method("shap PermutationExplainer", "Shapley", shap_permutation, target, "shap", FEW),
        Method("shap PartitionExplainer", "Shapley", shap_partition, target, "shap", FEW, stops=True),
        *[Method(name, "Shapley", shapiq(*recipe), target, "shapiq", FEW) for name, recipe in SHAPIQ.items()],
    ]


def _by(method: str, sampling: str = "design") -> Callable[[Function, int, int, int], PerSuperpixel]:
    """An estimator of limetheory's by its method and options; two of the n evaluations are F(0) and F(1)."""
    return lambda function, d, n, seed: (
        lt.estimate(function, lt.ShapleyDesign(d), n - 2, seed, method=method, sampling=sampling).coefficients
    )


def captum_kernel_shap(function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    """Captum's KernelSHAP with its own defaults."""
    from captum.attr import KernelShap

    return attributed(KernelShap(as_torch(function)), d, n, seed)


def shap_kernel(function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    """shap's KernelExplainer without its selection of ten features."""
    from shap import KernelExplainer

    with legacy_seed(seed):
        explainer = KernelExplainer(lambda rows: function(rows > 0.5), np.zeros((1, d)))
        answer = explainer.shap_values(np.ones((1, d)), nsamples=n - 2, l1_reg=False, silent=True)
    values: PerSuperpixel = np.asarray(answer, float)[0]
    return values


def shap_permutation(function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    """shap's PermutationExplainer with as many permutations, each forwards and backwards, as n evaluations allow."""
    from shap import PermutationExplainer
    from shap.maskers import Independent

    explainer = PermutationExplainer(lambda rows: function(rows > 0.5), Independent(np.zeros((1, d))), seed=seed)
    values: PerSuperpixel = np.asarray(explainer(np.ones((1, d)), max_evals=n, silent=True).values, float)[0]
    return values


def shap_partition(function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    """shap's PartitionExplainer on a tree of neighbouring superpixels, which ends after fewer than d² evaluations.

    What it has then is the Owen value of the tree, so that no number of evaluations brings it to the Shapley value.
    """
    from shap import PartitionExplainer
    from shap.maskers import Partition

    masker = Partition(np.zeros((1, d)), clustering=neighbours(d))
    with legacy_seed(seed):
        explainer = PartitionExplainer(lambda rows: function(rows > 0.5), masker)
        values: PerSuperpixel = np.asarray(explainer(np.ones((1, d)), max_evals=n, silent=True).values, float)[0]
        return values


def neighbours(d: int) -> np.ndarray:
    """A balanced tree over superpixels with neighbouring numbers, as a linkage of SciPy: (d − 1, 4)."""
    tree: np.ndarray = linkage(np.arange(d)[:, None], "complete")
    return tree


def shapiq(name: str, options: dict[str, Any]) -> Callable[[Function, int, int, int], PerSuperpixel]:
    """An approximator of shapiq."""

    def explain(function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
        from shapiq import approximator

        found = getattr(approximator, name)(n=d, random_state=seed, **options)
        answer = found.approximate(n, lambda masks: function(np.atleast_2d(masks)))
        return np.asarray(answer.get_n_order_values(1), float)

    return explain


@contextmanager
def legacy_seed(seed: int) -> Iterator[None]:
    """Seed NumPy's global random numbers, which some libraries use, and restore their state afterwards."""
    kept = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(kept)  # noqa: NPY002
