"""`estimate`: seeds, blocks, interruption and refusals."""

import naive
import numpy as np
import pytest

import limetheory as lt

METHODS = ("wls", "unbiased")
CASES = [*naive.every(6), ("ImageDesign", (33, 0.05)), ("ImageDesign", (3, 1e3))]
INTERRUPTED = [("ImageDesign", (6, 0.25)), ("BernoulliDesign", (6, 0.3)), ("ShapleyDesign", (6,))]


class Model:
    """A nonlinear function, equal to the last bit however masks are grouped, which can be interrupted."""

    def __init__(self, block_size: int, stop_at: int | None = None):
        self.block_size, self.stop_at, self.calls = block_size, stop_at, 0

    def __call__(self, masks):
        self.calls += 1
        assert len(masks) <= self.block_size
        if self.calls == self.stop_at:
            raise KeyboardInterrupt
        return (np.packbits(masks[:, :8], axis=1)[:, 0] * 37 % 101).astype(float)


def equal(one, other):
    for field in ("coefficients", "standard_errors", "intercept", "n_evaluations", "degrees_of_freedom"):
        assert np.array_equal(getattr(one, field), getattr(other, field)), field


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_the_answer_is_the_same_to_the_bit_for_every_block_size(case, method):
    design = getattr(lt, case[0])(*case[1])
    answers = [lt.estimate(Model(size), design, 500, rng=7, method=method) for size in (1, 7, 64, 4096)]
    for answer in answers[1:]:
        equal(answer, answers[0])


def test_the_answer_is_the_same_across_the_internal_block_of_4096():
    answers = [lt.estimate(Model(size), lt.ImageDesign(6), 9000, rng=7) for size in (1000, 4096, 100_000)]
    equal(answers[0], answers[1])
    equal(answers[0], answers[2])


@pytest.mark.parametrize("method", METHODS)
def test_a_seed_fixes_the_answer_and_a_generator_moves_on(method):
    def ask(rng):
        return lt.estimate(Model(64), lt.ImageDesign(5), 100, rng=rng, method=method)

    rng = np.random.default_rng(4)
    equal(ask(4), ask(rng))
    second = ask(rng)
    assert (second.coefficients != ask(4).coefficients).all()
    assert (ask(None).coefficients != ask(None).coefficients).any()
    assert rng.random() == np.random.default_rng(4).random(2 * 100 * 5 + 1)[-1]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", INTERRUPTED, ids=naive.name)
def test_an_interruption_carries_the_explanation_of_the_finished_masks(case, method):
    design = getattr(lt, case[0])(*case[1])
    with pytest.raises(lt.Interrupted, match="interrupted after 128 evaluations") as caught:
        lt.estimate(Model(64, stop_at=3 + 2 * design.efficient), design, 1000, rng=5, method=method)
    assert caught.value.sample.n == 128 and isinstance(caught.value, KeyboardInterrupt)
    equal(caught.value.explanation, lt.estimate(Model(64), design, 128, rng=5, method=method))


@pytest.mark.parametrize("stop_at, block_size", [(1, 64), (2, 3)])
def test_an_interruption_before_enough_masks_carries_no_explanation(stop_at, block_size):
    with pytest.raises(lt.Interrupted) as caught:
        lt.estimate(Model(block_size, stop_at), lt.ImageDesign(6), 1000, rng=5)
    assert caught.value.explanation is None and caught.value.sample.n == (stop_at - 1) * block_size


def test_an_interruption_of_the_ends_is_a_plain_one_or_ours():
    with pytest.raises(KeyboardInterrupt):
        lt.estimate(Model(64, stop_at=1), lt.ShapleyDesign(6), 100, rng=5)


@pytest.mark.parametrize("changes, error, words", [
    ({"n": 5}, ValueError, "n must be at least 6, got 5; d = 5 coefficients"),
    ({"n": 3, "method": "unbiased"}, ValueError, "n must be at least 4, got 3; draw more"),
    ({"n": 0, "ridge": 1.0}, ValueError, "n must be at least 1, got 0"),
    ({"n": 10.0}, TypeError, "n must be an integer"),
    ({"method": "ols"}, ValueError, "method must be one of wls, unbiased.*got 'ols'"),
    ({"ridge": -1.0}, ValueError, "ridge must be at least 0, got -1.0"),
    ({"ridge": np.nan}, ValueError, "ridge must be at least 0"),
    ({"ridge": np.inf}, ValueError, "ridge must be"),
    ({"ridge": "1"}, TypeError, "ridge must be a number"),
    ({"ridge": 1.0, "method": "unbiased"}, ValueError, "takes no ridge.*use method 'wls'"),
    ({"include_original": True, "method": "unbiased"}, ValueError, "takes no include_original"),
    ({"F": 3}, TypeError, "F must be a callable"),
    ({"F": lt.Additive([1.0, 2.0])}, ValueError, "got 2 and 5; build the design with d=2"),
    ({"design": 0.25}, TypeError, "design must be a limetheory design"),
    ({"rng": -1}, TypeError, "rng must be None, a non-negative integer"),
    ({"rng": "seed"}, TypeError, "rng must be None, a non-negative integer"),
    ({"F": lambda masks: masks}, ValueError, "one number for each mask"),
    ({"F": lambda masks: np.full(len(masks), np.nan)}, ValueError, "finite numbers"),
])  # fmt: skip
def test_estimate_refuses(changes, error, words):
    arguments = {"F": Model(64), "design": lt.ImageDesign(5), "n": 50, "rng": 0, **changes}
    with pytest.raises(error, match=words):
        lt.estimate(**arguments)


@pytest.mark.parametrize(
    "n, ridge, method", [(6, 0.0, "wls"), (1, 1.0, "wls"), (4, 0.0, "unbiased"), (9, 0.0, "unbiased")]
)
def test_the_fewest_masks_allowed_give_a_finite_answer(n, ridge, method):
    for seed in range(5):
        answer = lt.estimate(Model(64), lt.ImageDesign(5), n, rng=seed, ridge=ridge, method=method)
        assert np.isfinite([answer.intercept, *answer.coefficients]).all()
        assert not np.isnan(answer.standard_errors).any()


def test_samples_pack_their_masks_eight_to_a_byte():
    masks = np.random.default_rng(0).random((5000, 33)) < 0.5
    sample = lt.Sample.of(masks, np.ones(5000), np.zeros(5000))
    assert sample.bits.shape == (5000, 5) and sample.bits.dtype == np.uint8
    assert (np.concatenate([block for block, _, _ in sample.blocks()]) == masks).all()


@pytest.mark.parametrize("design, unknown", [
    (lt.ImageDesign(8, 0.005), [True] * 8),  # almost all weight on the full mask, which is not drawn
    (lt.GlimeDesign(8, 0.1), [True] * 8),  # nothing but the full mask is drawn
    (lt.ProductDesign([1e-6, 0.5, 0.5, 0.5]), [True, False, False, False]),
])  # fmt: skip
def test_superpixels_that_the_masks_do_not_vary_have_infinite_error(design, unknown, monkeypatch):
    F = lt.SetFunction(np.random.default_rng(8).normal(size=2**design.d))
    answer = lt.estimate(F, design, 60, rng=0, method="unbiased")
    assert np.isinf(answer.standard_errors).tolist() == unknown
    assert np.isinf(np.diag(answer.covariance)).tolist() == unknown
    monkeypatch.setattr(
        "limetheory.estimation.methods.unbiased._LEAST_VARIATION", -np.inf
    )  # the mutant has neither check
    monkeypatch.setattr("limetheory.estimation.methods.unbiased._MASKS_A_PARAMETER", np.inf)
    monkeypatch.setattr(
        "limetheory.estimation.methods.unbiased.small_sample_correction", lambda _, __, found, *___, **____: found
    )
    mutant = lt.estimate(F, design, 60, rng=0, method="unbiased")
    wrong = np.abs(mutant.coefficients - lt.limit(F, design).coefficients) > 4 * mutant.standard_errors
    assert wrong[unknown].all()


def test_rare_masks_that_strata_draw_all_the_same_make_no_error_infinite():
    F = lt.SetFunction(np.random.default_rng(8).normal(size=256))
    for design in (lt.ImageDesign(8, 0.005), lt.GlimeDesign(8, 0.1)):
        for method in ("adjusted", "quadrature"):
            answer = lt.estimate(F, design, 60, rng=0, method=method)
            assert answer.standard_errors.max() < 1e-6
            assert answer.coefficients == pytest.approx(lt.limit(F, design).coefficients, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("design", [lt.ImageDesign(10), lt.ImageDesign(50), lt.TextDesign(50), lt.ShapleyDesign(10)])
def test_common_designs_vary_every_superpixel_enough(design):
    F = lt.Additive(np.arange(float(design.d)))
    for seed in range(50):
        assert np.isfinite(lt.estimate(F, design, 16, rng=seed, method="unbiased").standard_errors).all()


@pytest.mark.parametrize("method", ["wls", "unbiased", "adjusted", "quadrature"])
@pytest.mark.parametrize("scale", [1e-165, 1e-80, 1e80, 1e165])
def test_values_whose_fourth_powers_leave_float64_are_refused(method, scale):
    # At 1e-165 standard errors were 0, and at 1e-80 the warning of few masks was missing.
    values = np.random.default_rng(0).normal(size=64) * scale
    with pytest.raises(ValueError, match=r"\|F\| must lie between 1e-70 and 1e\+70, .*; multiply F by"):
        lt.estimate(lt.SetFunction(values), lt.ImageDesign(6), 40, 0, method)


@pytest.mark.parametrize("method", ["wls", "unbiased", "adjusted", "quadrature"])
@pytest.mark.parametrize("scale", [1e-60, 1e60])
def test_values_within_that_range_are_explained_at_every_scale(method, scale):
    values = np.random.default_rng(0).normal(size=64)
    one, other = (lt.estimate(lt.SetFunction(values * c), lt.ImageDesign(6), 40, 0, method) for c in (1.0, scale))
    assert other.coefficients / scale == pytest.approx(one.coefficients, rel=1e-6, abs=1e-9)
    assert other.standard_errors / scale == pytest.approx(one.standard_errors, rel=1e-6)


@pytest.mark.parametrize("method", ["wls", "unbiased", "adjusted", "quadrature"])
def test_weights_that_underflow_are_refused_by_every_method(method):
    # Two methods answered NaN.
    design = lt.ProductDesign(np.full(10, 0.5), np.full(10, 1e-33))
    with pytest.raises(ValueError, match="weights of the 200 masks drawn must have a positive sum, got 0"):
        lt.estimate(lt.Leaf(10, on=(0, 1)), design, 200, 0, method)


def test_a_set_function_that_changes_its_masks_changes_no_answer():
    # It gave −1 for each coefficient.
    def negated(masks):
        sizes = masks.sum(axis=1) * 1.0
        masks[:] = ~masks
        return sizes

    assert lt.limit(negated, lt.ImageDesign(4)).coefficients == pytest.approx(np.ones(4))
    for method in ("wls", "unbiased", "adjusted", "quadrature"):
        assert lt.estimate(negated, lt.ImageDesign(4), 30, 0, method).coefficients == pytest.approx(np.ones(4))
