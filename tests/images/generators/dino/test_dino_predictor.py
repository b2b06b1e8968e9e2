"""Clicks on a vision transformer's features: regions at three scales, and how alike every pixel is."""

import inspect

import numpy as np
import pytest
import segment_anything
from clicked_scene import are_answered, second_clicks_add_and_subtract
from counted_backbone import CountedColours
from photographs import IMAGES, overlap, scene

from limetheory.images.generators.dino.masks import DinoPredictor


@pytest.fixture
def predictor():
    predictor = DinoPredictor(CountedColours())
    predictor.set_image(scene()[0])
    return predictor


def test_a_click_gives_the_nested_objects_that_hold_it(predictor):
    _, (disc, square, _) = scene()
    masks, scores, soft = predictor.predict(np.array([[50, 60]]), np.array([1]))
    assert masks.shape == (3, 120, 160) and masks.dtype == bool and ((scores >= 0) & (scores <= 1)).all()
    assert masks[:, 60, 50].all() and (masks[0] <= masks[1]).all() and (masks[1] <= masks[2]).all()
    assert max(overlap(mask, square) for mask in masks) > 0.95
    assert max(overlap(mask, disc | square) for mask in masks) > 0.95
    assert len(soft) == 3 and soft.shape[1] < 120


def test_a_second_click_adds_or_subtracts(predictor):
    assert second_clicks_add_and_subtract(predictor)


@pytest.mark.parametrize("name", IMAGES)
def test_every_click_is_inside_its_masks(name):
    predictor = DinoPredictor(CountedColours())
    predictor.set_image(IMAGES[name])
    height, width = IMAGES[name].shape[:2]
    assert are_answered(predictor, width, height)
    for click in ((0, 0), (width - 1, height - 1), (width // 2, height // 3)):
        assert np.abs(predictor.similarity([click], [1])).max() <= 1 + 1e-6


def test_what_looks_like_the_click_is_similar_and_what_looks_like_a_click_labelled_0_is_not(predictor):
    _, (disc, square, bar) = scene()
    ring = disc & ~square
    soft = predictor.similarity([[20, 60]], [1])
    assert soft.shape == (120, 160) and soft[60, 20] > 0.99
    assert soft[ring].mean() > 0.8 and soft[ring].mean() > soft[bar].mean() + 0.5
    against = predictor.similarity([[20, 60], [125, 60]], [1, 0])
    assert against[bar].mean() < soft[bar].mean() and against[ring].mean() > 0.5
    np.testing.assert_allclose(predictor.similarity([[20, 60]], [0]), -soft, atol=1e-6)


def test_the_soft_map_is_the_cosine_of_the_features_by_hand(predictor):
    backbone = CountedColours()
    image = scene()[0] / 255
    (patches,) = backbone(backbone.prepare(image)).patches.astype(float)
    patches = patches - patches.mean(axis=(0, 1))
    rows, columns = patches.shape[:2]
    mine = patches[60 * rows // 120, 20 * columns // 160]
    cosine = patches @ mine / np.linalg.norm(patches, axis=-1) / np.linalg.norm(mine)
    _, _, soft = predictor.predict([[20, 60]], [1])
    np.testing.assert_allclose(soft[1], cosine, atol=1e-5)


@pytest.mark.slow
def test_further_clicks_take_no_further_pass():
    predictor = DinoPredictor(CountedColours())
    predictor.set_image(IMAGES["coffee"])
    for x in (10, 50, 90):
        predictor.predict([[x, 20]], [1])
        predictor.similarity([[x, 20]], [1])
    assert predictor.backbone.passes == 1
    predictor.set_image(IMAGES["cat"])
    assert predictor.backbone.passes == 2


def test_without_an_image_or_with_bad_clicks_there_is_an_error_of_one_line(predictor):
    for arguments, message in [
        (([[5, 5]], None), "must come together, got one of them"),
        ((None, None), "must come together, got none"),
        (([[5, 5]], [2]), r"point_labels must be 1 \(inside\) or 0 \(outside\), got \[2\]"),
        (([5, 5], [1]), r"point_coords must be \(n, 2\)"),
        (([[160, 5]], [1]), "inside the 160 × 120 image"),
    ]:
        with pytest.raises(ValueError, match=message):
            predictor.similarity(*arguments)
    with pytest.raises(ValueError, match="labelled 1 and 0 must lie in different regions"):
        predictor.predict([[5, 5], [5, 5]], [1, 0])
    predictor.reset_image()
    for action in (predictor.predict, predictor.similarity):
        with pytest.raises(ValueError, match="an image must be set before predict") as caught:
            action([[5, 5]], [1])
        assert "\n" not in str(caught.value)


def test_the_interface_is_that_of_segment_anything():
    theirs = list(inspect.signature(segment_anything.SamPredictor.predict).parameters)
    ours = list(inspect.signature(DinoPredictor.predict).parameters)
    assert theirs[: len(ours)] == ours
