"""Questions about models whose limit is exact: trees, kernel machines, detectors and linear models of pixels."""

from functools import cache

import numpy as np
from pictures import weights
from public_names import lt
from sklearn.datasets import load_digits
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.kernel_ridge import KernelRidge
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeRegressor

TREES = {
    "decision tree": (lambda: DecisionTreeRegressor(max_depth=6, random_state=0), {}),
    "random forest": (lambda: RandomForestClassifier(8, max_depth=5, random_state=0), {"target": 3}),
    "extra trees": (lambda: ExtraTreesRegressor(6, max_depth=5, random_state=0), {}),
    "gradient boosting": (lambda: GradientBoostingClassifier(n_estimators=4, random_state=0), {"target": 8}),
    "histogram boosting": (lambda: HistGradientBoostingRegressor(max_iter=5, random_state=0), {}),
    "scaled tree": (lambda: make_pipeline(StandardScaler(), DecisionTreeRegressor(max_depth=4, random_state=0)), {}),
}
KERNELS = {
    "SVR": (lambda: SVR(gamma=0.2), {}),
    "SVC": (lambda: SVC(gamma=0.1, decision_function_shape="ovo"), {"target": (0, 3)}),
    "kernel ridge": (lambda: KernelRidge(kernel="rbf", gamma=0.1), {}),
    "Gaussian process": (lambda: GaussianProcessRegressor(RBF(3.0) + WhiteKernel(0.1), optimizer=None), {}),
    "kernel density": (lambda: KernelDensity(bandwidth=0.4), {}),
    "naive Bayes": (lambda: GaussianNB(var_smoothing=0.1), {"target": 2}),
    "mixture": (lambda: GaussianMixture(2, covariance_type="diag", random_state=0, reg_covar=0.1), {}),
}
CELLS = np.indices((8, 8))[0] // 2 * 4 + np.indices((8, 8))[1] // 2
"""Sixteen squares of four pixels."""


def questions():
    """Every question about fitted models by name."""
    return {
        **{f"trees: {name}": of_trees(*case) for name, case in TREES.items()},
        **{f"kernels: {name}": of_kernels(*case) for name, case in KERNELS.items()},
        "trees: many images": many_images,
        "kernels: own expansion": own_expansion,
        "pixels: linear": linear,
        "detectors: shapes": shapes,
        "detectors: anywhere": anywhere,
    }


@cache
def digits():
    rows, classes = load_digits(return_X_y=True)
    return rows[:150] / 16, classes[:150]


def masked(number=8, replacement="mean"):
    return lt.MaskedImage(digits()[0][number].reshape(8, 8), CELLS, replacement)


def of_trees(build, options):
    return lambda: fitted(lt.TreeModel(build().fit(*digits()), **options))


def of_kernels(build, options):
    return lambda: fitted(lt.KernelMachine(build().fit(*digits()), **options))


def fitted(model):
    found = lt.explain_image(model, masked().image, segments=CELLS, n=60, rng=0)
    return [*answers(model), found.coefficients, found.standard_errors]


def answers(model):
    """Limits on sixteen superpixels under three designs, one with ridge, and an estimate."""
    F = lt.set_function(model, masked())
    designs = (lt.ImageDesign(16), lt.TextDesign(16, 0.5), lt.BernoulliDesign(16, 0.4))
    estimated = lt.estimate(F, designs[2], 80, 0)
    return [*(lt.limit(F, design) for design in designs), lt.limit(F, designs[0], 0.1), estimated.coefficients]


def many_images():
    model = lt.TreeModel(TREES["random forest"][0]().fit(*digits()), target=3)
    shown = digits()[0][:6].reshape(6, 8, 8)
    return [*model.limits(shown, CELLS, lt.ImageDesign(16)), *model.limits(shown[:2], CELLS, lt.TextDesign(16), 0.0)]


def own_expansion():
    model = lt.RBFExpansion(digits()[0][:5], weights(5), 0.3, 0.1, weights(5, seed=1))
    return answers(model)


def linear():
    return answers(lt.LinearPixels(weights(8, 8), 0.2))


def detectors():
    bright = digits()[0][8].reshape(8, 8) > 0.2
    return [lt.ShapeDetector((CELLS == cell) & bright, 0.2) for cell in (5, 6, 9)]


def shapes():
    dark = masked(replacement=0.0)
    found = [lt.set_function(lt.ShapeDetectors(detectors(), how), dark) for how in ("any", "all", "max", "sum")]
    return [lt.limit(F, design) for F in found for design in (lt.ImageDesign(16), lt.ShapleyDesign(16))]


def anywhere():
    F = lt.set_function(lt.ConvolutionalDetector([[True, True]], 0.3), masked(replacement=0.0))
    return lt.limit(F, lt.ImageDesign(16)), lt.limit(F, lt.BernoulliDesign(16))
