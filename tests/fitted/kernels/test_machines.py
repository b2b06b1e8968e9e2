"""prop:factor for fitted scikit-learn estimators: against their own output on masked digits, and what is refused."""

from functools import cache

import naive
import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.ensemble import AdaBoostClassifier
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LinearRegression
from sklearn.mixture import GaussianMixture
from sklearn.multioutput import MultiOutputRegressor
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC, NuSVC, NuSVR, OneClassSVM

import limetheory as lt

D = 8
LABELS = np.arange(64).reshape(8, 8) // 16 * 2 + np.arange(64).reshape(8, 8) % 8 // 4
PAIRS = [(i, j) for i in range(10) for j in range(i + 1, 10)]


@cache
def digits():
    x, y = load_digits(return_X_y=True)
    return x[:250] / 16, y[:250]


@cache
def masked():
    return lt.MaskedImage(digits()[0][8].reshape(8, 8), LABELS)


def fitted(estimator, target=lambda y: y):
    x, y = digits()
    return estimator.fit(x, target(y))


def eight(y):
    return (y == 8).astype(int)


def one_hot(y):
    return np.eye(10)[y]


lengths = np.random.default_rng(0).uniform(1, 3, 64)
OWN_WHITE = ConstantKernel(2.0) * RBF(lengths) + WhiteKernel(0.1)
CASES = {
    "SVC": (lambda: fitted(SVC(), eight), None, lambda m, x: m.decision_function(x)),
    "SVC, class 0": (lambda: fitted(SVC(gamma="auto", C=9), eight), 0, lambda m, x: -m.decision_function(x)),
    "NuSVC": (lambda: fitted(NuSVC(nu=0.1, gamma=0.05), eight), 1, lambda m, x: m.decision_function(x)),
    "SVC, 2 against 7": (lambda: fitted(SVC(decision_function_shape="ovo")), (2, 7),
                         lambda m, x: m.decision_function(x)[:, PAIRS.index((2, 7))]),
    "SVC, 9 against 0": (lambda: fitted(SVC(decision_function_shape="ovo")), (9, 0),
                         lambda m, x: -m.decision_function(x)[:, PAIRS.index((0, 9))]),
    "SVR": (lambda: fitted(SVR(gamma=0.2)), None, lambda m, x: m.predict(x)),
    "SVR of a sparse fit": (lambda: SVR().fit(csr_matrix(digits()[0]), digits()[1]), None,
                            lambda m, x: m.predict(csr_matrix(x))),
    "NuSVR": (lambda: fitted(NuSVR()), None, lambda m, x: m.predict(x)),
    "OneClassSVM": (lambda: fitted(OneClassSVM()), None, lambda m, x: m.decision_function(x)),
    "KernelRidge": (lambda: fitted(KernelRidge(kernel="rbf")), None, lambda m, x: m.predict(x)),
    "KernelRidge, output 3": (lambda: fitted(KernelRidge(kernel="rbf", gamma=0.2), one_hot), 3,
                              lambda m, x: m.predict(x)[:, 3]),
    "Gaussian process": (lambda: fitted(GaussianProcessRegressor(OWN_WHITE, normalize_y=True, optimizer=None)), None,
                         lambda m, x: m.predict(x)),
    "Gaussian process, sum and product": (
        lambda: fitted(GaussianProcessRegressor((RBF(2.0) + 0.5) * RBF(4.0) ** 2 + 0.3 * RBF(0.7), alpha=1e-2,
                                                optimizer=None)), None, lambda m, x: m.predict(x)),
    "Gaussian process, output 4": (
        lambda: fitted(GaussianProcessRegressor(RBF(2.0), alpha=1e-2, optimizer=None, normalize_y=True), one_hot), 4,
        lambda m, x: m.predict(x)[:, 4]),
    "KernelDensity": (lambda: KernelDensity(bandwidth=0.3).fit(digits()[0], sample_weight=1 + digits()[1]), None,
                      lambda m, x: np.exp(m.score_samples(x))),
    "KernelDensity, scott": (lambda: KernelDensity(bandwidth="scott").fit(digits()[0]), None,
                             lambda m, x: np.exp(m.score_samples(x))),
    "GaussianNB": (lambda: fitted(GaussianNB(var_smoothing=1e-1)), 3,
                   lambda m, x: np.exp(m.predict_joint_log_proba(x)[:, 3])),
    "GaussianMixture": (lambda: GaussianMixture(3, covariance_type="diag", random_state=0, reg_covar=0.05).fit(
        digits()[0]), None, lambda m, x: np.exp(m.score_samples(x))),
    "GaussianMixture, spherical": (lambda: GaussianMixture(3, covariance_type="spherical", random_state=0).fit(
        digits()[0]), None, lambda m, x: np.exp(m.score_samples(x))),
    "scaled SVC": (lambda: fitted(make_pipeline(StandardScaler(), MinMaxScaler((-1, 1)), SVC()), eight), None,
                   lambda m, x: m.decision_function(x)),
    "scaled SVR": (lambda: fitted(make_pipeline(MaxAbsScaler(), StandardScaler(with_mean=False), "passthrough",
                                                StandardScaler(with_std=False), SVR())), None,
                   lambda m, x: m.predict(x)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_prop_factor_equals_enumerating_the_library_s_own_output(name):
    build, target, output = CASES[name]
    estimator, images = build(), masked().compose(naive.masks(D))
    values = output(estimator, images.reshape(-1, 64))
    model = lt.KernelMachine(estimator, target)
    F, scale = lt.set_function(model, masked()), np.abs(values).max()
    np.testing.assert_allclose(model(images), values, rtol=0, atol=1e-12 * scale)
    np.testing.assert_allclose(F(naive.masks(D)), values, rtol=0, atol=1e-12 * scale)
    for case in (("ImageDesign", (D, 0.25)), ("TextDesign", (D, 0.25)), naive.product(D), ("ShapleyDesign", (D,))):
        design = getattr(lt, case[0])(*case[1])
        closed, table = lt.limit(F, design), lt.limit(lt.SetFunction(values), design)
        np.testing.assert_allclose(closed.coefficients, table.coefficients, rtol=0, atol=1e-12 * scale)
        assert closed.intercept == pytest.approx(table.intercept, abs=1e-12 * scale) and closed.n_evaluations == 0


def test_a_gamma_that_is_one_per_cent_off_is_refuted():
    estimator = fitted(SVR(gamma=0.2))
    exact = lt.limit(lt.set_function(lt.KernelMachine(estimator), masked()), lt.ImageDesign(D)).coefficients
    expansion = lt.KernelMachine(estimator).expansion
    mutant = lt.RBFExpansion(expansion.support, expansion.weights, 0.202, expansion.intercept)
    off = lt.limit(lt.set_function(mutant, masked()), lt.ImageDesign(D)).coefficients
    assert np.abs(off - exact).max() > 1e-3 * np.abs(exact).max()


def test_presence_features_are_the_superpixels_themselves():
    z = naive.masks(4).astype(float)
    estimator = SVR(gamma=0.5).fit(z, z[:, 0] * z[:, 1] - z[:, 3])
    for name, args in naive.every(4):
        design = getattr(lt, name)(*args)
        closed = lt.limit(lt.KernelMachine(estimator), design)
        table = lt.limit(lt.SetFunction(estimator.predict(z)), design)
        np.testing.assert_allclose(closed.coefficients, table.coefficients, rtol=0, atol=1e-12)


def test_twelve_superpixels_of_one_image():
    labels = np.arange(64).reshape(8, 8) // 16 * 3 + np.minimum(np.arange(64).reshape(8, 8) % 8 // 2, 2)
    image = lt.MaskedImage(digits()[0][3].reshape(8, 8), labels, 0.0)
    estimator = fitted(SVC(), eight)
    values = estimator.decision_function(image.compose(lt.all_masks(12)).reshape(-1, 64))
    closed = lt.limit(lt.set_function(lt.KernelMachine(estimator), image), lt.ImageDesign(12))
    table = lt.limit(lt.SetFunction(values), lt.ImageDesign(12))
    np.testing.assert_allclose(closed.coefficients, table.coefficients, rtol=0, atol=1e-12)


def test_a_superpixel_whose_replacement_is_the_original_has_coefficient_zero():
    image = digits()[0][8].reshape(8, 8)
    same = lt.MaskedImage(image, LABELS, np.where(LABELS == 3, image, 0.5))
    F = lt.set_function(lt.KernelMachine(fitted(SVC(), eight)), same)
    assert lt.limit(F, lt.ProductDesign([0.3] * D)).coefficients[3] == 0
    for design in (lt.BernoulliDesign(D, 0.4), lt.ShapleyDesign(D), lt.ImageDesign(D, np.inf)):
        assert abs(lt.limit(F, design).coefficients[3]) < 1e-13


TWO = lambda **options: fitted(SVC(**options), eight)  # noqa: E731
REFUSED = [
    (lambda: SVC(), {}, ValueError, "estimator must be fitted, got an unfitted SVC; call fit first"),
    (lambda: KernelRidge(kernel="rbf"), {}, ValueError, "unfitted KernelRidge"),
    (lambda: GaussianProcessRegressor(RBF()), {}, ValueError, "unfitted GaussianProcessRegressor"),
    (lambda: make_pipeline(StandardScaler(), SVC()), {}, ValueError, "unfitted"),
    (TWO, {"target": 2}, ValueError, r"target must be a position 0\.\.1, got 2; name one of them"),
    (TWO, {"output": "predict_proba"}, NotImplementedError,
     "output 'predict_proba' of SVC is no sum of Gaussian kernels; take output='decision_function', or enumerate"),
    (lambda: fitted(SVC()), {}, ValueError, r"target must be a pair \(i, j\) of the 10 classes, .* counts votes"),
    (lambda: fitted(SVC()), {"target": (1, 1)}, ValueError, "target must be a pair"),
    (lambda: fitted(SVC()), {"target": (1, 10)}, ValueError, r"each class in target must be a position 0\.\.9, got 10"),
    (lambda: TWO(kernel="poly"), {}, NotImplementedError, "kernel 'poly' of SVC .* fit it with kernel='rbf'"),
    (lambda: fitted(SVR()), {"target": 1}, ValueError, "target chooses a class or output, got 1"),
    (lambda: fitted(KernelRidge(kernel="rbf"), one_hot), {}, ValueError, r"target must be a position 0\.\.9, got None"),
    (lambda: fitted(KernelRidge()), {}, NotImplementedError, "kernel 'linear' of KernelRidge"),
    (lambda: fitted(GaussianProcessRegressor(RBF(2.0) + Matern(), optimizer=None)), {}, NotImplementedError,
     "this kernel of Matern is no sum of Gaussian kernels; take ConstantKernel, RBF and WhiteKernel"),
    (lambda: fitted(GaussianProcessRegressor(WhiteKernel(), optimizer=None)), {}, NotImplementedError, "WhiteKernel"),
    (lambda: KernelDensity(kernel="tophat").fit(digits()[0]), {}, NotImplementedError, "kernel 'tophat'"),
    (lambda: KernelDensity(metric="manhattan").fit(digits()[0]), {}, NotImplementedError, "metric 'manhattan'"),
    (lambda: KernelDensity().fit(digits()[0]), {"output": "score_samples"}, NotImplementedError, "output='density'"),
    (lambda: GaussianMixture(2).fit(digits()[0]), {}, NotImplementedError, "covariance_type 'full'"),
    (lambda: fitted(GaussianNB()), {}, ValueError, r"target must be a position 0\.\.9, got None"),
    (lambda: fitted(make_pipeline(PolynomialFeatures(1), SVC()), eight), {}, NotImplementedError,
     "the output of a pipeline with this step of PolynomialFeatures"),
    (lambda: fitted(make_pipeline(MinMaxScaler(clip=True), SVC()), eight), {}, NotImplementedError, "MinMaxScaler"),
    (lambda: LinearRegression(), {}, NotImplementedError, "KernelMachine reads scikit-learn's SVC, .* got LinearRegr"),
    (lambda: 3, {}, NotImplementedError, "got int; enumerate or sample its set function instead"),
]  # fmt: skip


UNFITTED = [SVC(), NuSVC(), SVR(), NuSVR(), OneClassSVM(), KernelRidge(kernel="rbf"), GaussianProcessRegressor(RBF()),
            KernelDensity(), GaussianMixture(2, covariance_type="diag"), GaussianNB()]  # fmt: skip


@pytest.mark.parametrize("estimator", UNFITTED, ids=lambda estimator: type(estimator).__name__)
def test_unfitted(estimator):
    name = type(estimator).__name__
    for unfitted in (estimator, make_pipeline(estimator)):
        with pytest.raises(ValueError, match=f"^estimator must be fitted, got an unfitted {name}; call fit first$"):
            lt.KernelMachine(unfitted)


OTHERS = [MultinomialNB(), BernoulliNB(), LinearSVC(), GaussianProcessClassifier(), MultiOutputRegressor(SVR()),
          CalibratedClassifierCV(SVC()), AdaBoostClassifier()]  # fmt: skip


@pytest.mark.parametrize("estimator", OTHERS, ids=lambda estimator: type(estimator).__name__)
def test_other_estimators_are_refused_by_name_with_the_fallback(estimator):
    name = type(estimator).__name__
    with pytest.raises(NotImplementedError, match=f"KernelMachine reads .* and GaussianNB, got {name}; enumerate or"):
        lt.KernelMachine(estimator)


@pytest.mark.parametrize("name", ["SVC", "SVR", "KernelRidge", "Gaussian process", "KernelDensity", "GaussianNB"])
def test_missing_values_and_inputs_that_are_no_batch_of_numbers_are_refused(name):
    build, target, _ = CASES[name]
    model = lt.KernelMachine(build(), target)
    with pytest.raises(ValueError, match="inputs must be finite, got 2 NaN or infinite; fill missing values in first"):
        model(np.where(np.arange(64) < 2, np.nan, 0.0)[None])
    for inputs in (np.zeros(64), 3.0):
        with pytest.raises(ValueError, match=r"the 64 features of the fit, got a batch of shape .* as a batch of one"):
            model(inputs)
    with pytest.raises(TypeError, match="inputs must be numbers, got list with 'a'; give numbers"):
        model([["a"] * 64])
    assert model(np.zeros((0, 64))).shape == (0,)


@pytest.mark.parametrize(("build", "options", "error", "message"), REFUSED)
def test_a_kernel_machine_refuses(build, options, error, message):
    with pytest.raises(error, match=message):
        lt.KernelMachine(build(), **options)


@pytest.mark.parametrize("change, message", [
    (lambda numbers: numbers.astype(str), "must be numbers, got ndarray with '"),
    (lambda numbers: numbers + 0j, "must be numbers, got complex128; take their real part"),
    (lambda numbers: numbers.astype(str).astype(object), "must be numbers, got ndarray with '"),
    (lambda numbers: np.ma.array(numbers, mask=numbers == numbers.max()), "must be an array without gaps"),
])  # fmt: skip
def test_centres_that_a_cast_would_change_are_refused(change, message):
    machine = KernelRidge(kernel="rbf", gamma=0.1).fit(*digits())
    lt.KernelMachine(machine)
    machine.X_fit_ = change(machine.X_fit_)
    with pytest.raises(TypeError, match=f"^the estimator's arrays {message}"):
        lt.KernelMachine(machine)


def test_an_image_of_another_size_is_refused():
    model = lt.KernelMachine(TWO())
    with pytest.raises(ValueError, match=r"the 64 features of the fit, got a batch of shape \(1, 4, 4\); resize"):
        lt.set_function(model, lt.MaskedImage(np.eye(4), "grid", 0.0))
    with pytest.raises(ValueError, match="the same d, got 64 and 8"):
        lt.limit(model, lt.ImageDesign(8))
