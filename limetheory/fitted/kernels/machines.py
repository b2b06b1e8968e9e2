"""prop:factor: fitted RBF-kernel machines and Gaussian densities, exactly explained on images or on features."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.explaining.fitted_scale import fitted_numbers, warn_of_another_scale
from limetheory.explaining.masked_input import MaskedNumbers
from limetheory.explaining.random_cells import RandomCells
from limetheory.explaining.set_function import one_part_each, set_function
from limetheory.fitted.feature_rows import fitted_parts
from limetheory.fitted.kernels.agreement import refuse_other_kernels
from limetheory.fitted.kernels.rbf import RBFExpansion
from limetheory.fitted.kernels.reading import FALLBACK, read
from limetheory.limits.factor import FactorSum
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted


class KernelMachine:
    """f(x) = one output of a fitted estimator that is linear in Gaussian kernels; on superpixels a `FactorSum`.

    | scikit-learn estimator | output | target |
    |---|---|---|
    | SVC, NuSVC (rbf) | decision_function; for ≥ 3 classes of "ovo" | 0, 1 or none; a pair (i, j) of ≥ 3 classes |
    | OneClassSVM (rbf) | decision_function | none |
    | SVR, NuSVR (rbf) | predict | none |
    | KernelRidge (rbf), GaussianProcessRegressor | predict (mean) | the output, if there are several |
    | KernelDensity (gaussian) | density = exp(score_samples) | none |
    | GaussianMixture (diag, spherical) | density = exp(score_samples) | none |
    | GaussianNB | density of x and the class = exp(predict_joint_log_proba) | the class, by position |
    | a `Pipeline` of StandardScaler, MinMaxScaler, MaxAbsScaler, RobustScaler and one of these | the same | the same |

    A Gaussian process may have any sum and product of ConstantKernel, RBF (with one or several length scales) and
    WhiteKernel, and `normalize_y`. Other outputs (predict_proba, "ovr" votes, log densities, labels, standard
    deviations) are not sums of kernels and are refused, as are other kernels.

    Args:
        estimator: fitted on p columns, the pixels in the order of `image.ravel()` or the features z themselves; or
            an `RBFExpansion`.
        target: see the table; class positions are those of `classes_`.
        output: the name in the table; none means the estimator's only one.

    Raises:
        ValueError: an unfitted estimator, a target that it does not have, or kernels as read that differ from the
            estimator's own output at or near some centre.
        NotImplementedError: another estimator, kernel or output.

    >>> import limetheory as lt
    >>> from sklearn.svm import SVR
    >>> z = lt.all_masks(3).astype(float)
    >>> model = KernelMachine(SVR(gamma=0.5, C=100, epsilon=1e-6, tol=1e-9).fit(z, z[:, 0] - 2 * z[:, 1] * z[:, 2]))
    >>> lt.limit(model, lt.ImageDesign(3)).coefficients.round(3).tolist()
    [0.984, -1.539, -1.539]
    """

    def __init__(self, estimator: Any, target: Any = None, output: str | None = None):
        self.expansion = expansion_of(estimator, target, output)

    @property
    def d(self) -> int:
        """Number of features, which are the superpixels where the model is a function of z."""
        return self.expansion.n_features

    def __call__(self, inputs: np.ndarray) -> PerMask:
        """f on each input, (n, h, w[, c]) images or (n, d) masks or features → (n,)."""
        return self.expansion(inputs)

    def on_superpixels(self, shown: Any, replaced: Any, owner: Any) -> FactorSum:
        """F(z) = f(x(z)) with x(z)_u = shown_u where superpixel owner_u is on and replaced_u where it is off.

        All have the shape of one input; owner is the number 0..d−1 of each entry's superpixel.
        """
        return self.expansion.on_superpixels(shown, replaced, owner)


def expansion_of(estimator: Any, target: Any, output: str | None) -> RBFExpansion:
    """Read the kernels of an estimator; refuse them if they do not give its own output."""
    if isinstance(estimator, RBFExpansion):
        return estimator
    if any(kind.__module__.partition(".")[0] == "sklearn" for kind in type(estimator).__mro__):
        import_module("limetheory.fitted.kernels.readers")
    reading = read(estimator, target, output)
    refuse_other_kernels(reading, FALLBACK)
    return reading.expansion


@set_function.register
@one_part_each
def _(model: KernelMachine, masked: MaskedNumbers | RandomCells) -> FactorSum:
    if isinstance(masked, RandomCells):
        return model.expansion.over_cells(masked.laws)
    warn_of_another_scale(model)
    return model.on_superpixels(*fitted_parts(masked, model.d))


@fitted_numbers.register
def _(model: KernelMachine) -> np.ndarray:
    return model.expansion.support


@population.register
def _(model: KernelMachine, design: Design) -> Population:
    return population(_of_features(model), design)


@restricted.register
def _(model: KernelMachine, j: int, active: bool) -> FactorSum:
    others: FactorSum = restricted(_of_features(model), j, active)
    return others


def _of_features(model: KernelMachine) -> FactorSum:
    return model.on_superpixels(np.ones(model.d), np.zeros(model.d), np.arange(model.d))
