"""`explain_image`: closed forms, lime's own regression, every kind of picture, and clear refusals."""

import naive
import numpy as np
import pytest
import torch

import limetheory as lt
from limetheory.estimation.sequential import estimate_until
from limetheory.images.explain import SequentialImageExplanation, looks_like_probabilities
from limetheory.images.figure import explanation_figure

LABELS = np.arange(12 * 16).reshape(12, 16) // 48 * 2 + (np.arange(16) >= 8)
D = 8
RNG = np.random.default_rng(0)
IMAGE = RNG.random((12, 16, 3))
WEIGHTS = RNG.normal(size=(12, 16, 3))


def linear(images):
    return np.tensordot(images, WEIGHTS, axes=3)


def curved(images):
    score = linear(images) / 10
    return np.stack([np.tanh(score), np.tanh(score) ** 2, -score], axis=1)


def explain(model=curved, image=IMAGE, **options):
    return lt.explain_image(model, image, **{"segments": LABELS, "rng": 0, "n": 60, "target": 0, **options})


@pytest.mark.parametrize("n", [D + 20, 200])
@pytest.mark.parametrize("replacement", ["mean", "blur", 0.5, 1, [0.2, 0.4, 0.6], IMAGE[::-1]], ids=repr)
def test_prop_linear_is_met_exactly_whatever_the_replacement(replacement, n, monkeypatch):
    # the sandwich alone, without misfits that no mask shows
    monkeypatch.setattr("limetheory.estimation.wls.in_small_samples", lambda _, __, found, *___, **____: found)
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
        ({"design": lt.ImageDesign(5)}, ValueError, "got 8 and 5; build the design with d=8"),
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
        ({"replacement": "black"}, ValueError, "replacement must be one of mean, blur, got 'black'"),
        ({"replacement": [0.1, 0.2]}, ValueError, "one level per channel, 3 here, got 2"),
        ({"image": IMAGE * 255}, ValueError, "divide by 255"),
        ({"image": np.full((12, 16, 3), np.nan)}, ValueError, "image must be finite, got 576 NaN"),
        ({"image": np.zeros((3, 12, 16))}, ValueError, "move the channels last"),
        ({"image": "photo.png"}, (TypeError, ValueError), "image must"),
        ({"device": "cuda"}, ValueError, "device is for torch modules"),
    ],
)
def test_bad_arguments_are_refused_with_the_remedy(options, error, message):
    with pytest.raises(error, match=message) as caught:
        explain(**options)
    assert "\n" not in str(caught.value)


def stored(kind):
    levels = RNG.integers(0, 256, (12, 16, 3)).astype(np.uint8)
    if kind == "grey":
        return levels[..., 0], np.repeat(levels[..., :1] / 255, 3, axis=2)
    if kind == "uint16":
        return levels.astype(np.uint16) * 257, levels / 255
    if kind == "rgba":
        opacity = RNG.integers(0, 256, (12, 16, 1)).astype(np.uint8)
        return np.concatenate([levels, opacity], axis=2), levels / 255 * (opacity / 255) + 1 - opacity / 255
    return (levels / 255).astype(kind) if kind.startswith("float") else levels, levels / 255


@pytest.mark.parametrize("kind", ["uint8", "uint16", "grey", "rgba", "float32", "float64"])
def test_every_kind_of_picture_gives_the_answer_of_its_levels(kind):
    picture, levels = stored(kind)
    found, same = explain(image=picture, target=0), explain(image=levels, target=0)
    np.testing.assert_allclose(found.masked.image, levels, rtol=0, atol=1e-7)
    np.testing.assert_allclose(found.coefficients, same.coefficients, rtol=0, atol=1e-5)
    assert np.abs(same.coefficients).max() > 0.01


def test_the_same_seed_gives_the_same_answer_and_another_seed_another():
    assert (explain().coefficients == explain(rng=np.random.default_rng(0)).coefficients).all()
    np.testing.assert_allclose(explain(batch_size=7).coefficients, explain().coefficients, rtol=0, atol=1e-13)
    assert (explain(rng=1).coefficients != explain().coefficients).all()


def test_four_pixels_on_a_grid():
    found = explain(lambda images: images.mean(axis=(1, 2, 3)), np.eye(2), segments="grid", replacement=0.0)
    np.testing.assert_allclose(found.heatmap(), np.eye(2) / 4, rtol=0, atol=1e-12)


def test_a_blank_image_gives_zeros():
    found = explain(linear, np.full((12, 16, 3), 0.5), segments="slic")
    np.testing.assert_allclose(found.coefficients, 0, rtol=0, atol=1e-12)


def test_ctrl_c_keeps_an_image_explanation_of_the_finished_masks():
    calls = []

    def interrupted(images):
        if len(calls) == 6:
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


def probabilities(images):
    odds = np.exp(np.stack([linear(images) / 10, np.zeros(len(images)), -linear(images) / 20], axis=1))
    return odds / odds.sum(axis=1, keepdims=True)


FINE = np.arange(12 * 16).reshape(12, 16) // 48 * 8 + np.arange(16) // 2  # 4 × 8 superpixels: too many to enumerate


def until(tolerance=0.05, model=probabilities, **options):
    return explain(model, **{"segments": FINE, "tolerance": tolerance, "n": 1000, **options})


def test_a_tolerance_is_estimate_until_on_the_set_function_with_the_bounds_of_probabilities():
    found, masked = until(), lt.MaskedImage(IMAGE, FINE)
    F = lt.set_function(probabilities, masked, target=0)
    same = estimate_until(F, lt.ImageDesign(32), 0.05, rng=0, bounds=(0, 1))
    assert isinstance(found, SequentialImageExplanation) and isinstance(found, lt.ImageExplanation)
    assert (found.interval() == same.interval()).all() and found.n_evaluations == F.n_evaluations
    assert found.reached and found.guarantee == "bounded" and (found.tolerance, found.level) == (0.05, 0.95)
    assert found.heatmap().shape == (12, 16) and (found.half_widths <= 0.05).all()
    np.testing.assert_allclose(until(batch_size=7).interval(), found.interval(), rtol=0, atol=1e-12)


def test_few_superpixels_are_exact_by_all_their_masks():
    found = explain(probabilities, tolerance=0.001, n=1000)
    exact = lt.limit(lt.set_function(probabilities, lt.MaskedImage(IMAGE, LABELS), target=0), lt.ImageDesign(D))
    np.testing.assert_allclose(found.coefficients, exact.coefficients, rtol=0, atol=1e-12)
    assert not found.half_widths.any() and found.n_evaluations == 2**D + 3  # the image itself is looked at three times


def test_n_max_caps_a_tolerance():
    found = until(1e-4, n_max=400)
    assert not found.reached and found.n_masks == 400 and found.half_widths.max() < 1


def test_bounds_may_be_given_or_done_without():
    scores = {"model": curved, "target": 1}
    assert until(0.1, **scores, bounds=(0, 1)).guarantee == "bounded"
    assert until(0.1, **scores, guarantee="asymptotic").guarantee == "asymptotic"


def test_ctrl_c_keeps_the_intervals_at_a_tolerance():
    seen = []

    def interrupted(images):
        if sum(seen) > 500:
            raise KeyboardInterrupt
        seen.append(len(images))
        return probabilities(images)

    with pytest.raises(lt.Interrupted) as caught:
        until(1e-3, interrupted)
    found = caught.value.explanation
    assert isinstance(found, SequentialImageExplanation) and not found.reached and np.isfinite(found.interval()).all()
    assert found.n_evaluations == sum(seen)


@pytest.mark.parametrize("channels", [2, 5, 13])
@pytest.mark.parametrize("kind", ["uint8", "float64"])
def test_images_of_any_number_of_channels(channels, kind):
    image = np.random.default_rng(1).random((12, 16, channels))
    picture = (image * 255).astype(np.uint8) if kind == "uint8" else image
    image = picture / 255 if kind == "uint8" else image
    weights = np.random.default_rng(2).normal(size=image.shape)
    colour = np.linspace(0, 1, channels)
    for replacement, level in ((colour, colour), (0.25, 0.25)):
        found = explain(lambda images: np.tensordot(images, weights, 3), picture, replacement=replacement)
        change = (weights * (image - level)).sum(axis=2)
        expected = [change[j == LABELS].sum() for j in range(D)]
        np.testing.assert_allclose(found.coefficients, expected, rtol=0, atol=1e-10)
    shown = image.mean(axis=2, keepdims=True).repeat(3, axis=2) if channels == 2 else image[..., :3]
    np.testing.assert_allclose(found.masked.colours, shown, rtol=0, atol=1e-15)
    assert found.heatmap().shape == (12, 16) and len(explanation_figure(found, "channels").axes) == 4
    assert explain(lambda images: images.mean(axis=(1, 2, 3)), picture, segments="grid", replacement="blur").d > 1


@pytest.mark.parametrize("shape", [(3, 12, 16), (1, 12, 12), (4, 20, 20), (13, 64, 64), (5, 12, 16), (2, 12, 16)])
def test_channels_first_are_refused_and_the_remedy_works(shape):
    picture = np.random.default_rng(1).random(shape)
    with pytest.raises(ValueError, match="image must have shape"):
        explain(curved, picture, segments="grid")
    lt.MaskedImage(picture.transpose(1, 2, 0), "grid")


def single(images):
    """A callable around float32 weights that takes float32 images only."""
    return torch.einsum("bhwc,hwc->b", torch.from_numpy(images), torch.as_tensor(WEIGHTS, dtype=torch.float32))


def test_a_callable_that_needs_float32_is_told_so_and_the_remedy_works():
    with pytest.raises(TypeError, match=r"take float64 images .*, got RuntimeError .* give dtype='float32'") as caught:
        explain(single)
    assert "\n" not in str(caught.value)
    found, same = explain(single, dtype="float32"), explain(linear)
    np.testing.assert_allclose(found.coefficients, same.coefficients, rtol=0, atol=1e-4)
    seen = []
    explain(lambda images: seen.append(images.dtype) or curved(images), dtype=np.float16)
    assert set(seen) == {np.dtype(np.float16)}


@pytest.mark.parametrize("dtype", ["int32", "uint8", "complex64", "brown", 3, torch.float32])
def test_images_for_a_callable_are_floats(dtype):
    with pytest.raises(ValueError, match="dtype must be one of float64, float32, float16, got "):
        explain(dtype=dtype)


@pytest.mark.parametrize("dtype", [int, np.uint8, bool])
def test_a_detector_may_answer_yes_and_no_in_integers(dtype):
    def detector(images):
        return (images.mean(axis=(1, 2, 3)) > 0.25).astype(dtype)

    shares = [IMAGE[j == LABELS].sum() / IMAGE.size for j in range(D)]
    values = np.array([np.dot(mask, shares) > 0.25 for mask in naive.masks(D)], float)
    assert 0 < values.mean() < 1, "the detector tells masks apart"
    F = lt.set_function(detector, lt.MaskedImage(IMAGE, LABELS, 0.0))
    found, expected = (lt.limit(function, lt.ImageDesign(D)) for function in (F, lt.SetFunction(values)))
    np.testing.assert_allclose(found.coefficients, expected.coefficients, rtol=0, atol=1e-12)
    said = explain(detector, target=None, replacement=0.0)
    same = explain(lambda images: detector(images).astype(float), replacement=0.0)
    assert said.target == 0 and said.coefficients.any() and (said.coefficients == same.coefficients).all()


def test_class_labels_are_no_detector():
    with pytest.raises(TypeError, match=r"one whole number .* such as 2, which is a class label"):
        explain(lambda images: np.where(images.mean(axis=(1, 2, 3)) > 0.5, 2, 1))


def test_dtype_is_not_for_modules():
    with pytest.raises(ValueError, match="dtype is for plain callables, got 'float32' with a torch module"):
        explain(torch.nn.Flatten(), dtype="float32")


def test_an_error_that_float32_gives_too_is_the_model_s_own():
    def broken(images):
        raise RuntimeError("broken layer")

    with pytest.raises(RuntimeError, match="broken layer"):
        explain(broken)


def test_a_classifier_s_probabilities_have_bounds_whatever_their_sum():
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12 * 16 * 3, 3))
    settings = {"input_size": None, "mean": [0.5] * 3, "std": [0.5] * 3, "name": "labels"}
    found = explain(lt.Classifier(network, output="sigmoid", **settings), tolerance=0.2, n=1000)
    assert found.guarantee == "bounded" and found.reached
    with pytest.raises(ValueError, match="got no bounds"):
        explain(lt.Classifier(network, output="logits", **settings), tolerance=0.2, n=1000)


def noisy():
    rng = np.random.default_rng(0)
    return lambda images: probabilities(images) * (1 + 0.01 * rng.normal(size=(len(images), 1)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": curved}, r"got no bounds; give bounds=\(lo, hi\), or guarantee='asymptotic'"),
        ({"model": linear}, "got no bounds"),
        ({"model": noisy(), "bounds": (0, 2)}, "the same answer to the same mask, got .* switch its randomness off"),
        ({"model": lambda images: 2 * probabilities(images) - 1, "bounds": (0, 1)}, "must stay in its bounds"),
        ({"model": lambda images: probabilities(images).astype(np.float32), "tolerance": 1e-7}, "at least 9.5e-07"),
        ({"tolerance": 0}, "tolerance must be above 0"),
        ({"level": 1.0}, "level must be above 0 and below 1"),
        ({"n_max": 200}, "n_max must be at least 264, got 200"),
        ({"n": 200}, "a tolerance stops by itself .* got n=200; leave it out, n_max limits the masks"),
        ({"tolerance": None, "n_max": 9}, "n_max is for a tolerance, got 9 without one"),
        ({"method": "unbiased"}, "its own unbiased method, got method='unbiased'; leave it out"),
        ({"ridge": 1.0, "include_original": True}, "got ridge=1.0, include_original=True; leave it out"),
        ({"tolerance": None, "bounds": (0, 1)}, r"bounds is for a tolerance, got \(0, 1\) without one"),
        ({"tolerance": None, "guarantee": "bounded"}, "guarantee is for a tolerance"),
    ],
)
def test_what_a_tolerance_does_not_take_is_refused(options, message):
    with pytest.raises(ValueError, match=message) as caught:
        until(**options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [([0.2, 0.8], True), ([0.2, 0.8009], True), ([0.2, 0.81], False), ([1.0], False), ([-0.1, 1.1], False),
     ([3.0, 1.0], False)],
)
def test_outputs_that_look_like_probabilities(outputs, expected):
    assert looks_like_probabilities(np.array(outputs)) is expected
