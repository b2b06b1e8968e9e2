"""Kernels as read are compared with the estimator's own output: every corrupted reading is refused."""

from copy import copy

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.kernel_ridge import KernelRidge
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import RobustScaler, StandardScaler
from sklearn.svm import SVC, SVR, NuSVR, OneClassSVM

import limetheory as lt
from limetheory.fitted.kernels import machines as kernel_machines
from limetheory.fitted.kernels.agreement import Reading, kernel_rows

RNG = np.random.default_rng(2)
X = RNG.normal(size=(120, 5)) * np.array([1, 1, 30, 1e-2, 1]) + np.array([0, 4, 0, 0, 0])
UNIT = X / X.std(axis=0)
Y, THREE = np.sin(UNIT[:, 0]) + UNIT[:, 4], np.digitize(UNIT[:, 1] + UNIT[:, 2], [3, 5])
BOTH = np.column_stack([Y, -2 * Y])

READ = {
    "SVC": (lambda: SVC().fit(UNIT, Y > 0), 0),
    "SVC, weights": (lambda: SVC(gamma=3.0, C=50, class_weight="balanced").fit(UNIT, Y > 0, 1 + THREE), 1),
    "SVC of three": (lambda: SVC(break_ties=True).fit(UNIT, THREE), (2, 0)),
    "SVR": (lambda: SVR(gamma="auto").fit(UNIT, Y), None),
    "NuSVR": (lambda: NuSVR(C=100).fit(UNIT, Y), None),
    "OneClassSVM": (lambda: OneClassSVM(nu=0.2).fit(UNIT), None),
    "KernelRidge": (lambda: KernelRidge(kernel="rbf", alpha=1e-6).fit(UNIT, Y), None),
    "KernelRidge, a column": (lambda: KernelRidge(kernel="rbf").fit(UNIT, Y[:, None]), None),
    "KernelRidge, the second": (lambda: KernelRidge(kernel="rbf", gamma=0.7).fit(UNIT, BOTH), 1),
    "Gaussian process": (lambda: GaussianProcessRegressor(
        3 * RBF([1, 1, 2, 2, 1]) + WhiteKernel(0.1), normalize_y=True, optimizer=None).fit(UNIT, 100 + Y), None),
    "Gaussian process, a column": (lambda: GaussianProcessRegressor(RBF(), alpha=0.1, optimizer=None).fit(
        UNIT, Y[:, None]), None),
    "Gaussian process, the second": (lambda: GaussianProcessRegressor(
        RBF() ** 2, alpha=0.1, normalize_y=True, optimizer=None).fit(UNIT, BOTH), 1),
    "KernelDensity": (lambda: KernelDensity(bandwidth=0.5).fit(UNIT, sample_weight=1 + THREE), None),
    "KernelDensity, approximate": (lambda: KernelDensity(bandwidth=0.5, rtol=0.1, atol=0.1).fit(UNIT), None),
    "GaussianNB": (lambda: GaussianNB(priors=[0.5, 0.2, 0.3]).fit(UNIT, THREE), 2),
    "GaussianNB, tiny scales": (lambda: GaussianNB(var_smoothing=0).fit(1e-150 * UNIT, THREE), 1),
    "GaussianMixture": (lambda: GaussianMixture(3, covariance_type="diag", random_state=0).fit(X), None),
    "pipeline": (lambda: make_pipeline(RobustScaler(), SVC()).fit(X, Y > 0), None),
    "pipeline of two": (lambda: make_pipeline(
        RobustScaler(with_centering=False), RobustScaler(with_scaling=False), StandardScaler(), SVR()).fit(X, Y), None),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_kernels_as_read_agree_with_the_estimator(name):
    build, target = READ[name]
    assert lt.KernelMachine(build(), target).d == 5


def changed(**changes):
    """The expansion with attributes that went through functions of the same names."""

    def corrupt(expansion):
        other = copy(expansion)
        for name, change in changes.items():
            setattr(other, name, change(getattr(expansion, name)))
        return other

    return corrupt


CORRUPTIONS = {
    "another width": changed(precision=lambda precision: 1.001 * precision),
    "weights one per mille off": changed(weights=lambda weights: 1.001 * weights),
    "one weight lost": changed(weights=lambda weights: np.append(0.0, weights[1:])),
    "another sign": changed(weights=lambda weights: -weights, intercept=lambda intercept: -intercept),
    "another order of features": changed(support=lambda support: support[:, ::-1].copy()),
    "a shift": changed(intercept=lambda intercept: intercept + 1e-6),
}


@pytest.mark.parametrize("corruption", CORRUPTIONS)
@pytest.mark.parametrize("name", READ)
def test_mutant_a_corrupted_reading_is_refused(name, corruption, monkeypatch):
    build, target = READ[name]
    read = kernel_machines.read
    monkeypatch.setattr(kernel_machines, "read", lambda *question: corrupted(read(*question), CORRUPTIONS[corruption]))
    with pytest.raises(ValueError, match=REFUSAL):
        lt.KernelMachine(build(), target)


REFUSAL = (
    r"^kernels as read must give the estimator's own output, got a difference of \S+ where rounding explains \S+ "
    r"\(largest of \d+ inputs\); enumerate or sample its set function instead, lt.set_function.* in limit or estimate$"
)


def corrupted(reading, change):
    return reading._replace(expansion=change(reading.expansion))


def test_mutant_another_pair_of_classes_is_refused(monkeypatch):
    estimator = SVC().fit(UNIT, THREE)
    other = lt.KernelMachine(estimator, (0, 1)).expansion
    read = kernel_machines.read
    monkeypatch.setattr(kernel_machines, "read", lambda *question: read(*question)._replace(expansion=other))
    with pytest.raises(ValueError, match=REFUSAL):
        lt.KernelMachine(estimator, (0, 2))


def test_an_expansion_of_the_users_own_has_nobody_to_agree_with():
    model = lt.RBFExpansion([[0.0, 1.0]], [2.0], 0.5)
    assert lt.KernelMachine(model).expansion is model


def test_rows_are_centres_one_width_beside_them_midpoints_and_zeros():
    expansion = lt.RBFExpansion(X, np.ones(120), np.tile([0.0, 1, 2, 3, 4], (120, 1)))
    rows = kernel_rows(expansion)
    centres, moved, between = rows[:32], rows[32:64], rows[64:96]
    assert rows.shape == (97, 5) and not rows[96].any()
    assert (centres[0] == X[0]).all() and (centres[31] == X[119]).all()
    np.testing.assert_allclose(((moved - centres)[:, 1:] ** 2 * [1, 2, 3, 4]).sum(axis=1), 1, rtol=1e-9)
    np.testing.assert_allclose(between[1], (centres[0] + centres[1]) / 2, rtol=1e-15)
    assert len(kernel_rows(lt.RBFExpansion(np.zeros((9, 300_000)), np.ones(9), 1.0))) == 13


def test_a_density_beyond_float64_is_compared_relative_to_its_largest():
    estimator = GaussianMixture(2, covariance_type="spherical", random_state=0, reg_covar=0).fit(1e-100 * UNIT)
    with np.errstate(over="raise"):
        lt.KernelMachine(estimator)
    assert estimator.score_samples(1e-100 * UNIT).max() > 710


def test_a_reading_names_its_parts():
    assert Reading._fields == ("expansion", "answer", "is_log")
