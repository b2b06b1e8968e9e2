"""Clicks and boxes give regions that contain them, through the interface of SAM's predictor."""

import inspect

import numpy as np
import pytest
import segment_anything
from clicked_scene import are_answered, second_clicks_add_and_subtract
from photographs import IMAGES, overlap, scene

from limetheory.images.generators.higra.masks import HigraPredictor


@pytest.fixture(scope="module")
def predictor() -> HigraPredictor:
    predictor = HigraPredictor()
    predictor.set_image(scene()[0])
    return predictor


def test_a_click_gives_the_nested_objects_that_hold_it(predictor):
    _, (disc, square, _) = scene()
    masks, scores, logits = predictor.predict(np.array([[50, 60]]), np.array([1]))
    assert masks.shape == (3, 120, 160) and masks.dtype == bool and scores.shape == (3,) and logits is None
    assert masks[:, 60, 50].all()
    assert (masks[0] <= masks[1]).all() and (masks[1] <= masks[2]).all()
    assert max(overlap(mask, square) for mask in masks) > 0.95
    assert max(overlap(mask, disc | square) for mask in masks) > 0.95
    single, score, _ = predictor.predict(np.array([[50, 60]]), np.array([1]), multimask_output=False)
    assert single.shape == (1, 120, 160) and score == scores.max()


@pytest.mark.parametrize("name", IMAGES)
def test_every_click_is_inside_its_masks(name):
    predictor = HigraPredictor()
    predictor.set_image(IMAGES[name])
    height, width = IMAGES[name].shape[:2]
    assert are_answered(predictor, width, height)


def test_clicks_outside_are_excluded(predictor):
    assert second_clicks_add_and_subtract(predictor)


def test_a_box_finds_what_fills_it(predictor):
    _, (_, _, bar) = scene()
    masks, scores, _ = predictor.predict(box=np.array([114, 11, 136, 109]))
    assert overlap(masks[int(scores.argmax())], bar) > 0.95
    masks, scores, _ = predictor.predict(np.array([[125, 60]]), np.array([1]), box=np.array([114, 11, 136, 109]))
    assert overlap(masks[int(scores.argmax())], bar) > 0.95 and masks[:, 60, 125].all()


def test_the_predictor_knows_whether_it_has_an_image():
    predictor = HigraPredictor()
    assert not predictor.is_image_set
    with pytest.raises(ValueError, match="an image must be set before predict"):
        predictor.predict(np.array([[0, 0]]), np.array([1]))
    predictor.set_image(IMAGES["noise"], "BGR")
    assert predictor.is_image_set and predictor.original_size == (60, 80)
    predictor.reset_image()
    assert not predictor.is_image_set and predictor.original_size is None


def test_bad_clicks(predictor):
    for arguments, message in [
        ({}, "point_labels must hold a 1 unless there is a box"),
        ({"point_coords": [[5, 5]], "point_labels": [0]}, "got none: click inside the object"),
        ({"point_coords": [[5, 5]]}, "must come together"),
        ({"point_coords": [5, 5], "point_labels": [1]}, r"point_coords must be \(n, 2\)"),
        ({"point_coords": [[5, 5]], "point_labels": [2]}, r"0 \(outside\), got \[2\]"),
        ({"point_coords": [[160, 5]], "point_labels": [1]}, "inside the 160 × 120 image"),
        ({"point_coords": [[np.nan, 5]], "point_labels": [1]}, "inside the 160 × 120 image"),
        ({"point_coords": [[5, 5], [5, 5]], "point_labels": [1, 0]}, "different regions, got both in one"),
        ({"box": [5, 5, 5, 9]}, "x0 < x1"),
        ({"box": [500, 500, 600, 600]}, "box must meet the 160 × 120 image"),
        ({"point_coords": [[5, 5]], "point_labels": [1], "mask_input": np.zeros((1, 2, 2))}, "mask_input must be None"),
    ]:
        with pytest.raises(ValueError, match=message):
            predictor.predict(**arguments)
    with pytest.raises(TypeError, match="multimask_output must be True or False, got 'no'"):
        predictor.predict([[5, 5]], [1], multimask_output="no")


def test_the_interface_is_that_of_segment_anything():
    theirs = list(inspect.signature(segment_anything.SamPredictor.predict).parameters)
    ours = list(inspect.signature(HigraPredictor.predict).parameters)
    assert theirs[: len(ours)] == ours
