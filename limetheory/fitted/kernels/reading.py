"""From a fitted estimator to its Gaussian kernels: one reader for each class that is known."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from limetheory.fitted.kernels.agreement import Reading

FALLBACK = "enumerate or sample its set function instead, lt.set_function(callable, masked) in limit or estimate"


@singledispatch
def read(estimator: Any, target: Any, output: str | None) -> Reading:
    """The kernels of an output; each reader registers the classes that it supports."""
    raise NotImplementedError(
        "KernelMachine reads scikit-learn's SVC, NuSVC, SVR, NuSVR, OneClassSVM, KernelRidge, KernelDensity, "
        f"GaussianProcessRegressor, GaussianMixture and GaussianNB, got {type(estimator).__name__}; {FALLBACK}"
    )


def refused(what: str, estimator: Any, remedy: str = "") -> NotImplementedError:
    """The error for an output or kernel that is no sum of Gaussian kernels."""
    return NotImplementedError(
        f"{what} of {type(estimator).__name__} is no sum of Gaussian kernels; {remedy}{FALLBACK}"
    )
