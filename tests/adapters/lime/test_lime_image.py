"""Images: masks, images, coefficients and pictures are lime 0.2.0.1's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from side_by_side import SELECTIONS, asked_both, assert_same_answers, both, probabilities
from skimage.data import chelsea
from sklearn.linear_model import LinearRegression

import limetheory as lt
from limetheory.adapters.lime import lime_image
from limetheory.adapters.lime.lime_image import ImageExplanation, LimeImageExplainer

KINDS = both("lime_image", "LimeImageExplainer")


def model(images):
    """Four classes that depend on single pixels and their products."""
    pixels = images.reshape(len(images), -1).astype(float) / max(float(images.max()), 1.0)
    first, middle, last = pixels[:, 0], pixels[:, pixels.shape[1] // 2], pixels[:, -1]
    mean = pixels[:, ::7].mean(axis=1)
    return probabilities(np.column_stack([first + mean, 2 * middle * last, np.sin(9 * mean), last - first * mean]))


def scene(seed, dtype, grey):
    rng = np.random.default_rng(seed)
    shape = (*rng.integers(6, 14, 2), 3)
    image = rng.random(shape[:2] if grey else shape)
    d = int(rng.integers(2, 9))
    segments = rng.integers(0, d, shape[:2])
    segments.ravel()[:d] = range(d)
    return (255 * image).astype(dtype) if dtype == "uint8" else image.astype(dtype), segments


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    dtype=st.sampled_from(["uint8", "float32", "float64"]),
    grey=st.booleans(),
    hide_color=st.sampled_from([None, 0, 1]),
    selection=st.sampled_from(SELECTIONS),
    num_features=st.integers(1, 12),
    top_labels=st.sampled_from([None, 2, 5]),
    batch_size=st.integers(1, 30),
    num_samples=st.integers(15, 60),
    metric=st.sampled_from(["cosine", "euclidean", "l1"]),
    width=st.sampled_from([0.25, 1.0]),
    kernel=st.sampled_from([None, lambda d, kernel_width: np.exp(-d / kernel_width)]),
    regressor=st.sampled_from([None, LinearRegression]),
)
def test_images_and_coefficients_are_limes(
    seed, dtype, grey, hide_color, selection, num_features, top_labels, batch_size, num_samples, metric, width, kernel,
    regressor,
):  # fmt: skip
    image, segments = scene(seed, dtype, grey)
    (theirs, ours), (asked, asked_of_us) = asked_both(
        KINDS,
        lambda: {"kernel_width": width, "kernel": kernel, "feature_selection": selection, "random_state": seed},
        model,
        lambda explainer, recorder: explainer.explain_instance(
            image, recorder, labels=(0, 3), hide_color=hide_color, top_labels=top_labels, num_features=num_features,
            num_samples=num_samples, batch_size=batch_size, segmentation_fn=lambda _: segments, distance_metric=metric,
            model_regressor=regressor and regressor(),
        ),
        repeats=2,
    )  # fmt: skip
    assert len(asked) == len(asked_of_us)
    for one, two in zip(asked, asked_of_us, strict=True):
        assert one.dtype == two.dtype and one.shape == two.shape and (one == two).all()
    for one, two in zip(theirs, ours, strict=True):
        assert_same_answers(one, two)
        assert getattr(one, "top_labels", None) == two.top_labels


@pytest.mark.parametrize("options", [
    {}, {"positive_only": False}, {"positive_only": False, "negative_only": True, "hide_rest": True},
    {"hide_rest": True, "num_features": 2, "min_weight": 0.02},
    {"positive_only": False, "num_features": 3, "min_weight": 0.05}, {"min_weight": -1.0},
])  # fmt: skip
def test_pictures_are_limes(options):
    image, segments = scene(3, "uint8", False)
    terms = [(2, 0.5), (0, -0.3), (1, 0.04), (3, -0.01)]
    found = []
    for kind in both("lime_image", "ImageExplanation"):
        one = kind(image, segments)
        one.local_exp[7] = terms
        found.append(one.get_image_and_mask(7, **options))
    for theirs, ours in zip(*found, strict=True):
        assert theirs.dtype == ours.dtype and (theirs == ours).all()


@pytest.mark.slow
def test_the_default_segmentation_is_limes():
    image = chelsea()[:120:2, :120:2]
    (theirs, ours), _ = asked_both(
        KINDS, lambda: {"random_state": 5}, model,
        lambda explainer, recorder: explainer.explain_instance(image, recorder, top_labels=1, num_samples=60),
    )  # fmt: skip
    assert (theirs[0].segments == ours[0].segments).all()
    assert_same_answers(theirs[0], ours[0])


def test_a_seed_reaches_the_default_segmentation(monkeypatch):
    seeds = []
    algorithm = lime_image.SegmentationAlgorithm

    def recorded(name, **options):
        seeds.append(algorithm(name, **options).target_params.get("rng"))
        return lambda image: scene(2, "uint8", False)[1]

    monkeypatch.setattr(lime_image, "SegmentationAlgorithm", recorded)
    for seed in (None, 7):
        LimeImageExplainer().explain_instance(scene(2, "uint8", False)[0], model, num_samples=20, random_seed=seed)
    assert seeds == [None, 7]


def test_masks_of_a_call_of_data_labels_are_limes():
    image, segments = scene(1, "uint8", False)
    data = [kind(random_state=3).data_labels(image, 0 * image, segments, model, 40, batch_size=7)[0] for kind in KINDS]
    assert (data[0] == data[1]).all() and data[1][0].all()


def explained(model=model, image=None, segments=None, **options):
    own, labels = scene(2, "uint8", False)
    return LimeImageExplainer(random_state=0).explain_instance(
        own if image is None else image, model, segmentation_fn=lambda _: labels if segments is None else segments,
        num_samples=60, **options,
    )  # fmt: skip


def test_every_label_has_the_same_fit_with_standard_errors():
    found = explained(top_labels=2)
    for label in found.local_exp:
        known = found.limetheory[label]
        assert known.names == tuple(str(number) for number, _ in found.local_exp[label])
        assert known.coefficients.tolist() == [value for _, value in found.local_exp[label]]
        assert known.intercept == found.intercept[label]
        assert (known.standard_errors > 0).all() and (np.diff(known.interval()) > 0).all()
    assert not explained(model_regressor=LinearRegression()).limetheory


def test_the_fit_is_that_of_refit_on_the_masks():
    image, segments = scene(2, "uint8", False)
    explainer = LimeImageExplainer(random_state=0)
    explainer.random_state.randint(0, high=1000)
    means = lt.images.replacement_image(image, segments, "mean")
    data, answers = explainer.data_labels(image, (255 * means).astype("uint8"), segments, model, 60)
    sizes = data.mean(axis=1)
    weights = np.exp(-((1 - np.sqrt(sizes)) ** 2) / (2 * 0.25**2))
    expected = lt.refit(lt.Sample.of(data == 1, weights, answers[:, 1]), range(data.shape[1]), ridge=1)
    found = dict(explained(labels=(1,), top_labels=None).local_exp[1])
    assert np.allclose([found[j] for j in range(len(found))], expected.coefficients, rtol=0, atol=1e-12)


def test_label_maps_with_gaps_are_explained_by_their_own_numbers():
    _, segments = scene(2, "uint8", False)
    plain, gaps = explained(top_labels=1), explained(segments=10 * segments + 4, top_labels=1)
    label = plain.top_labels[0]
    assert gaps.local_exp[label] == [(10 * number + 4, value) for number, value in plain.local_exp[label]]
    _, mask = gaps.get_image_and_mask(label, num_features=1)
    assert (mask == plain.get_image_and_mask(label, num_features=1)[1]).all() and mask.any()


@pytest.mark.parametrize("call, message", [
    (lambda: LimeImageExplainer(kernel_width=None), "kernel_width must be a number, got None"),
    (lambda: explained(lambda images: images[:, 0, 0, 0]), r"must return \(10, classes\) numbers for 10 images"),
    (lambda: explained(lambda images: model(images)[:3]), r"got shape \(3, 4\)"),
    (lambda: explained(image=np.zeros((2, 3, 3, 3))), r"image must have shape \(h, w, 3\)"),
    (lambda: explained(feature_selection=1), "unexpected keyword"),
    (lambda: explained(num_features=0), "num_features must be at least 1"),
    (lambda: explained(batch_size=0), "batch_size must be at least 1"),
    (lambda: explained().get_image_and_mask(99), "label must be one of"),
    (lambda: explained().get_image_and_mask(0, True, True), "must not both be true"),
])  # fmt: skip
def test_refusals_are_one_line(call, message):
    with pytest.raises((TypeError, ValueError, KeyError), match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_the_class_of_the_answer():
    assert type(explained()) is ImageExplanation
