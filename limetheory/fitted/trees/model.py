"""A tree ensemble as a model of images or of superpixel features, with an exact limit (prop:trees)."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.explaining.fitted_scale import fitted_numbers, warn_of_another_scale
from limetheory.explaining.masked_input import MaskedNumbers
from limetheory.explaining.random_cells import RandomCells
from limetheory.explaining.set_function import one_part_each, set_function
from limetheory.explanation import Explanation
from limetheory.fitted.feature_rows import feature_rows, fitted_parts, one_row, owners
from limetheory.fitted.trees.batch import batch_limits
from limetheory.fitted.trees.cells import mean_over_cells
from limetheory.fitted.trees.paths import leaf_terms
from limetheory.fitted.trees.reading import ensemble_of
from limetheory.limits.factor import FactorSum
from limetheory.limits.leaf_sum import LeafSum
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted

_BEYOND_LEVELS = 2.0001
"""XGBoost separates missing values at twice the largest number plus 1e-5: at most this for inputs in [0, 1]."""


class TreeModel:
    """f(x) = one output of a fitted tree ensemble; on superpixels it is a `LeafSum` (prop:trees, "TreeLIME").

    Under x(z) each split x_u ≤ θ is constant, or z_j, or 1 − z_j, so every path from a root to a leaf is a
    product of on- and off-indicators, and LIME's limit is a sum over leaves. Comparisons are the library's own:
    scikit-learn's trees and XGBoost round x to float32, XGBoost tests x < θ, LightGBM treats numbers of at most 1e-35
    as 0 and may treat 0 as missing, and scalers are applied to ξ and ξ̄ themselves.

    | estimator | score | probability |
    |---|---|---|
    | scikit-learn's trees and forests, classifiers | predict_proba | predict_proba |
    | scikit-learn's trees and forests, regressors | predict | no classes |
    | GradientBoosting, HistGradientBoosting | decision_function, or predict before the loss's link | refused |
    | LightGBM `Booster`, `LGBMModel` | predict(raw_score=True); of its random forests the mean over trees | refused |
    | XGBoost `Booster`, `XGBModel` (gbtree, dart) | predict(output_margin=True) | refused |
    | a `Pipeline` of StandardScaler, MinMaxScaler, MaxAbsScaler, RobustScaler and one of these | the same | the same |

    The probability of LightGBM's random forests is the sigmoid of that mean, not a mean of probabilities.

    Models fitted to data with missing values are accepted, but x itself must be finite. Categorical splits, several
    outputs and linear leaves are refused. The trees are copied once; later changes of the estimator have no effect.
    Their values are compared with the estimator's own prediction on both sides of splits.

    Args:
        estimator: fitted on n_features columns: the pixels in the order of `image.ravel()`, or z itself.
        target: the class, by its position in `classes_`; for two classes the default is 1; none for regressors.
        output: "score" or "probability" (see the table).

    Raises:
        ValueError: an unfitted estimator, a target that it does not have, or trees as read that differ from the
            estimator's own prediction by more than rounding.
        NotImplementedError: another estimator, one with trees that are refused, or a probability that is not a sum of
            trees.

    >>> import limetheory as lt
    >>> from sklearn.tree import DecisionTreeRegressor
    >>> z = lt.all_masks(3).astype(float)
    >>> model = TreeModel(DecisionTreeRegressor().fit(z, 4 * z[:, 0] * z[:, 1] + z[:, 2]))
    >>> lt.limit(model, lt.BernoulliDesign(3)).coefficients.round(12).tolist()
    [2.0, 2.0, 1.0]
    """

    def __init__(self, estimator: Any, target: int | None = None, output: str = "score"):
        self.ensemble = ensemble_of(estimator, target, output)

    @property
    def d(self) -> int:
        """Number of features, which are the superpixels where the model is a function of z."""
        return self.ensemble.n_features

    def __call__(self, inputs: np.ndarray) -> PerMask:
        """f on each input, (n, h, w[, c]) images or (n, d) masks or features → (n,)."""
        return self.ensemble.predict(self.flat(inputs))

    def flat(self, inputs: Any) -> np.ndarray:
        """Inputs as rows of finite features, (n, …) → (n, n_features) float64."""
        return feature_rows(inputs, self.d)

    def on_superpixels(self, shown: Any, replaced: Any, owner: Any) -> LeafSum:
        """F(z) = f(x(z)) with x(z)_u = shown_u where superpixel owner_u is on and replaced_u where it is off.

        All have the shape of one input; owner is the number 0..d−1 of each entry's superpixel.
        """
        shown, replaced = one_row("shown", shown, self.d), one_row("replaced", replaced, self.d)
        owner = owners(owner, self.d)[None]
        terms = leaf_terms(self.ensemble, shown, replaced, owner, int(owner.max()) + 1)
        return LeafSum.of_terms(terms, self.ensemble.intercept)

    def limits(
        self, images: Any, segments: Any, design: Design, replacement: Any = "mean", ridge: float = 0.0
    ) -> list[Explanation]:
        """The limit for each of many images, all at once; `limit` of each is the same, only slower.

        Args:
            images: (n, h, w[, c]) or (n, n_features), in the units that the trees were fitted on.
            segments: labels 0..d−1 of the pixels, (h, w) for all images or (n, h, w); for rows of features
                (n_features,) or (n, n_features).
            design: with d superpixels.
            replacement: "mean", the mean of each superpixel (and channel), or numbers that broadcast to images.
            ridge: as in `limit`.

        Warns:
            UserWarning: no image differs from its replacement, as where each feature is a superpixel by itself.

        >>> import limetheory as lt
        >>> from sklearn.tree import DecisionTreeRegressor
        >>> x = np.array([[[0.0, level]] for level in range(8)])
        >>> model = TreeModel(DecisionTreeRegressor().fit(x.reshape(8, 2), x[:, 0, 1] > 4))
        >>> found = model.limits(x, np.array([[0, 1]]), lt.ImageDesign(2), replacement=0.0)
        >>> len(found), found[0].coefficients.round(12).tolist(), found[7].coefficients.round(12).tolist()
        (8, [0.0, 0.0], [0.0, 1.0])
        """
        return batch_limits(self.ensemble, images, segments, design, replacement, ridge)


@set_function.register
@one_part_each
def _(model: TreeModel, masked: MaskedNumbers | RandomCells) -> LeafSum | FactorSum:
    if isinstance(masked, RandomCells):
        return mean_over_cells(model.ensemble, masked.laws)
    warn_of_another_scale(model)
    return model.on_superpixels(*fitted_parts(masked, model.d))


@fitted_numbers.register
def _(model: TreeModel) -> np.ndarray:
    thresholds = model.ensemble.input_thresholds()
    return thresholds[(thresholds <= 1) | (thresholds > _BEYOND_LEVELS)]


@population.register
def _(model: TreeModel, design: Design) -> Population:
    return population(_of_features(model), design)


@restricted.register
def _(model: TreeModel, j: int, active: bool) -> LeafSum:
    others: LeafSum = restricted(_of_features(model), j, active)
    return others


def _of_features(model: TreeModel) -> LeafSum:
    return model.on_superpixels(np.ones(model.d), np.zeros(model.d), np.arange(model.d))
