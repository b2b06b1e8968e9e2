"""`explain_image`: closed forms, lime's own regression, interruptions, and clear refusals."""

import naive
import numpy as np
import pytest
from explained_picture import IMAGE, LABELS, WEIGHTS, D, curved, explain, linear

import limetheory as lt


@pytest.mark.parametrize("n", [D + 20, 200])
@pytest.mark.parametrize("replacement", ["mean", "blur", 0.5, 1, [0.2, 0.4, 0.6], IMAGE[::-1]], ids=repr)
def test_prop_linear_is_met_exactly_whatever_the_replacement(replacement, n, monkeypatch):
    # the sandwich alone, without misfits that no mask shows
    corrected = "limetheory.estimation.methods.wls.small_sample_correction"
    monkeypatch.setattr(corrected, lambda _, __, found, *___, **____: found)
    # 28 and more Bernoulli(1/2) masks of 8 superpixels have full rank under this seed.
    found = explain(linear, replacement=replacement, n=n)
    masked = lt.MaskedImage(IMAGE, LABELS, replacement)
    change = (WEIGHTS * (IMAGE - masked.replacement)).sum(axis=2)
    expected = [change[j == LABELS].sum() for j in range(D)]
    np.testing.assert_allclose(found.coefficients, expected, rtol=0, atol=1e-10)
    assert found.intercept == pytest.approx(linear(masked.replacement[None])[0], abs=1e-10)
    assert (found.standard_errors < 1e-10).all()


@pytest.mark.parametrize("method", ["wls", "unbiased"])
def test_it_is_estimate_on_the_set_function_with_the_same_seed(method):
    found = explain(target=1, method=method)
    F = lt.set_function(curved, lt.MaskedImage(IMAGE, LABELS), target=1)
    same = lt.estimate(F, lt.ImageDesign(D), 60, 0, method)
    assert (found.coefficients == same.coefficients).all() and found.intercept == same.intercept
    assert (found.standard_errors == same.standard_errors).all() and (same.standard_errors > 0).all()


def test_lime_s_recipe_gives_the_answer_of_lime_s_own_regression():
    from lime.lime_base import LimeBase
    from sklearn.metrics import pairwise_distances

    found = explain(target=1, ridge=1.0, include_original=True)
    masks = lt.ImageDesign(D).sample(60, np.random.default_rng(0))
    masks[0] = True
    values = curved(found.masked.compose(masks))
    distances = pairwise_distances(masks, masks[:1], metric="cosine").ravel()
    base = LimeBase(lambda d: np.sqrt(np.exp(-(d**2) / 0.25**2)))
    intercept, pairs, *_ = base.explain_instance_with_data(masks * 1.0, values, distances, 1, D, "none")
    expected = [dict(pairs)[j] for j in range(D)]
    np.testing.assert_allclose(found.coefficients, expected, rtol=0, atol=1e-12)
    assert found.intercept == pytest.approx(intercept, abs=1e-12)
    assert np.abs(explain(target=1).coefficients - expected).max() > 1e-3  # without the recipe it differs


def test_the_answer_carries_its_picture():
    found = explain(target=None)
    assert (found.segments == LABELS).all()
    assert (found.outputs == curved(IMAGE[None])[0]).all() and found.target == found.outputs.argmax()
    assert isinstance(found.design, lt.ImageDesign) and found.design.d == found.d == D
    heat = found.heatmap()
    for u in np.ndindex(LABELS.shape):
        assert heat[u] == found.coefficients[LABELS[u]]


def test_n_evaluations_counts_the_images_that_the_model_saw():
    seen = []
    found = explain(lambda images: seen.extend(images) or curved(images), n=300)
    assert found.n_evaluations == len(seen) <= 2**D


def test_a_design_may_be_a_class_a_function_of_d_or_an_instance():
    wanted = explain(design=lt.BernoulliDesign(D, 0.3)).coefficients
    assert (explain(design=lambda d: lt.BernoulliDesign(d, 0.3)).coefficients == wanted).all()
    assert isinstance(explain(design=lt.TextDesign).design, lt.TextDesign)
    shapley = explain(design=lt.ShapleyDesign, target=0)
    rise = shapley.outputs[0] - curved(shapley.masked.replacement[None])[0, 0]
    assert shapley.coefficients.sum() == pytest.approx(rise, abs=1e-12)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"design": lt.ImageDesign(5)},
            ValueError,
            "design must have d = 8, the number of superpixels, got ImageDesign",
        ),
        ({"design": "image"}, TypeError, "design must be"),
        ({"design": lambda d: None}, TypeError, "design must be a limetheory design .*, got None"),
        ({"n": D}, ValueError, r"n must be at least 9, got 8; d = 8 coefficients and an intercept need d \+ 1"),
        ({"n": 10.5}, TypeError, "n must be an integer, got 10.5"),
        ({"target": 3}, ValueError, "target must be below the number of columns .* 3, got 3"),
        ({"target": "cat"}, ValueError, "no class names, got 'cat'"),
        ({"rng": "seed"}, TypeError, "rng must be None, a non-negative integer or a numpy.random.Generator"),
        ({"rng": -1}, TypeError, "rng must be"),
        ({"method": "ols"}, ValueError, "method must be one of wls, unbiased"),
        ({"ridge": -1.0}, ValueError, "ridge must be at least 0"),
        ({"segments": LABELS[:5]}, ValueError, r"image's shape \(12, 16\), got \(5, 16\)"),
        ({"replacement": "black"}, ValueError, "histogram, removed or a grey level in .0, 1., got 'black'"),
        ({"replacement": [0.1, 0.2]}, ValueError, "one level per channel, 3 here, got 2"),
        ({"image": IMAGE * 255}, ValueError, "white, image / 255"),
        ({"image": np.full((12, 16, 3), np.nan)}, ValueError, "image must be finite, got 576 NaN"),
        ({"image": np.zeros((3, 12, 16))}, ValueError, "move the channels last"),
        ({"image": "photo.png"}, FileNotFoundError, "path must name an existing file, got photo.png"),
        ({"device": "cuda"}, ValueError, "device is for torch modules"),
    ],
)
def test_bad_arguments_are_refused_with_the_remedy(options, error, message):
    with pytest.raises(error, match=message) as caught:
        explain(**options)
    assert "\n" not in str(caught.value)


def test_the_same_seed_gives_the_same_answer_and_another_seed_another():
    assert (explain().coefficients == explain(rng=np.random.default_rng(0)).coefficients).all()
    np.testing.assert_allclose(explain(batch_size=7).coefficients, explain().coefficients, rtol=0, atol=1e-13)
    assert (explain(rng=1).coefficients != explain().coefficients).all()


def test_ctrl_c_keeps_an_image_explanation_of_the_finished_masks():
    calls = []

    def interrupted(images):
        if len(calls) == 9:
            raise KeyboardInterrupt
        calls.append(len(images))
        return curved(images)

    options = {"target": 0, "batch_size": 4, "n": 400}
    with pytest.raises(lt.Interrupted) as caught:
        explain(interrupted, **options)
    found, sample = caught.value.explanation, caught.value.sample
    assert isinstance(found, lt.ImageExplanation) and found.heatmap().shape == (12, 16)
    assert D + 1 <= sample.n < 400
    assert found.n_evaluations == sum(calls)
    first = lt.ImageDesign(D).sample(400, np.random.default_rng(0))[: sample.n]
    assert (sample.values == curved(found.masked.compose(first))[:, 0]).all()
    assert (found.coefficients == explain(**{**options, "n": sample.n}).coefficients).all()


def test_ctrl_c_before_d_plus_1_masks_has_no_explanation_to_keep():
    calls = []

    def interrupted(images):
        if calls:
            raise KeyboardInterrupt
        calls.append(len(images))
        return curved(images)

    with pytest.raises(lt.Interrupted, match="interrupted after 0 evaluations") as caught:
        explain(interrupted)
    assert caught.value.explanation is None


@pytest.mark.slow
def test_an_enumerated_limit_is_what_estimates_approach():
    # 300 independent estimates of 100 masks: their mean is within 6 standard errors of the limit (false alarm
    # < 1e-6), up to a bias of order 1/n far below; the limit at another bandwidth, the mutant, is not.
    F = lt.set_function(curved, lt.MaskedImage(IMAGE, LABELS), target=1)
    rng = np.random.default_rng(1)
    found = np.array([lt.estimate(F, lt.ImageDesign(D), 100, rng, "unbiased").coefficients for _ in range(300)])
    error = found.std(axis=0) / np.sqrt(len(found))
    values = curved(F.masked.compose(naive.masks(D)))[:, 1]

    def largest_z(bandwidth):
        law, weight = naive.ImageDesign(D, bandwidth)
        root = np.sqrt(law * weight)
        rows = np.column_stack([np.ones(2**D), naive.masks(D)])
        limit = np.linalg.lstsq(root[:, None] * rows, root * values, rcond=None)[0][1:]
        return np.abs((found.mean(axis=0) - limit) / error).max()

    assert largest_z(0.25) < 6 < largest_z(0.6)
