"""All outputs of a model, with each mask evaluated once."""

import naive
import numpy as np
import pytest
from scenes import CHECK, Counted, photo, predictions

import limetheory as lt
from limetheory import metrics
from limetheory.metrics import Predictions, pixelwise, with_replacement


def test_outputs_are_the_model_on_composed_images():
    found, model = predictions(5)
    masks = naive.masks(5)
    expected = Counted(model.weights.shape[1], 1)(photo(5).compose(masks))
    np.testing.assert_allclose(found.outputs(masks), expected, atol=1e-14)
    np.testing.assert_allclose(found(masks), expected[:, found.target], atol=1e-14)
    assert (found.classes(masks) == expected.argmax(axis=1)).all() and len(set(found.classes(masks))) == 3


@pytest.mark.parametrize("d", [6, 24])
def test_no_mask_is_evaluated_twice_over_all_metrics(d):
    found, model = predictions(d)
    c = np.random.default_rng(0).normal(size=d)
    sizes = metrics.area_fractions(found.function.masked.segments)
    for score in (metrics.deletion_auc, metrics.insertion_auc, metrics.srg):
        score(found, c)
    metrics.preservation(found, metrics.shown(c))
    metrics.deletion(found, metrics.shown(c))
    metrics.kept_area_preservation(found, c)
    metrics.incremental_deletion(found, c, sizes)
    metrics.infidelity(found, c, lt.ImageDesign(d), n=50)
    lt.estimate(found, lt.ImageDesign(d), 60, 0)
    assert len(model.seen) == len(set(model.seen)) + CHECK == found.n_evaluations


def test_doubles_within_one_call_are_evaluated_once():
    found, model = predictions(5)
    found(naive.masks(5)[[3, 3, 7, 31, 3]])
    assert found.n_evaluations == len(model.seen) == 3 + CHECK


def test_a_curve_is_one_call_in_full_batches():
    masked = photo(9)
    model = Counted(masked.image.size)
    found = Predictions(lt.ModelFunction(model, masked, batch_size=100))
    metrics.deletion_auc(found, np.arange(9.0))
    assert model.calls == 1 + 4 + 1 and found.n_evaluations == 10 + CHECK


def test_of_an_explanation_keeps_target_and_segments_and_changes_the_replacement():
    masked = photo(4)
    model = Counted(masked.image.size * 3)
    explanation = lt.explain_image(model, masked.image, segments=masked.segments, target=2, n=20, rng=0)
    plain, black = Predictions.of(model, explanation), Predictions.of(model, explanation, 0.0, batch_size=7)
    assert plain.target == black.target == 2 and black.function.batch_size == 7
    assert (plain.function.masked.replacement > 0).all() and not black.function.masked.replacement.any()
    assert np.array_equal(plain.function.masked.segments, black.function.masked.segments)


@pytest.mark.parametrize("replacement", ["mean", "blur", 0.5])
def test_pixelwise_masks_show_the_same_images(replacement):
    masked = photo(4, replacement=replacement)
    pixels = pixelwise(masked)
    masks = naive.masks(4)
    assert pixels.d == masked.segments.size
    assert np.array_equal(pixels.compose(masks[:, masked.segments.ravel()]), masked.compose(masks))


def test_another_replacement():
    masked = with_replacement(photo(4), 1.0)
    assert (masked.replacement == 1).all() and np.array_equal(masked.segments, photo(4).segments)


def test_bad_arguments_are_refused():
    found, _ = predictions(4)
    with pytest.raises(ValueError, match=r"shape \(n, 4\), got \(1, 5\)"):
        found.outputs(np.ones((1, 5), bool))
    one = Predictions(lt.ModelFunction(lambda images: images.mean(axis=(1, 2)), photo(4)))
    with pytest.raises(ValueError, match="two or more columns"):
        one.classes(np.ones((1, 4), bool))
    bad = Predictions(lt.ModelFunction(lambda images: np.where(images[:, :2].mean(axis=2) > 0.2, 1.0, np.nan)
                                       * [[1.0, 2.0]], photo(4)))  # fmt: skip
    with pytest.raises(ValueError, match="finite outputs"):
        bad.classes(np.zeros((1, 4), bool))
