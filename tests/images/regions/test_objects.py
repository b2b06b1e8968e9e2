"""Clicks answered by any predictor, smallest object first."""

import numpy as np
import pytest
from counted_backbone import CountedColours
from photographs import overlap, scene

from limetheory.images.generators.dino.masks import DinoPredictor
from limetheory.images.generators.higra.masks import HigraPredictor
from limetheory.images.regions import PREDICTORS, Region, Regions, objects_at

IMAGE, (DISC, SQUARE, BAR) = scene()


class Recorded:
    """Answers every click by three fixed masks, largest first, and remembers what it was asked."""

    def __init__(self):
        self.images, self.clicks = [], []

    def set_image(self, image):
        self.images.append(image)

    def predict(self, point_coords=None, point_labels=None, multimask_output=False):
        self.clicks.append((point_coords.tolist(), point_labels.tolist(), multimask_output))
        return np.stack([DISC | BAR, DISC, SQUARE & DISC]), np.array([0.1, 0.9, 0.5]), None


def test_masks_come_with_their_scores_from_the_smallest_to_the_largest():
    found = objects_at(IMAGE, [(50, 60)], predictor=Recorded())
    assert np.array_equal(found.masks, [SQUARE & DISC, DISC, DISC | BAR]) and found.scores.tolist() == [0.5, 0.9, 0.1]


def test_a_predictor_gets_the_photograph_in_bytes_and_clicks_with_labels():
    predictor = Recorded()
    objects_at(IMAGE / 255, [(50, 60), (1, 2)], [1, 0], predictor)
    objects_at(None, np.array([[50, 60]]), predictor=predictor)
    assert len(predictor.images) == 1 and np.array_equal(predictor.images[0], IMAGE)
    assert predictor.images[0].dtype == np.uint8
    assert predictor.clicks == [([[50, 60], [1, 2]], [1, 0], True), ([[50, 60]], [1], True)]


@pytest.mark.parametrize(
    "predictor",
    ["higra", HigraPredictor(), DinoPredictor(CountedColours())],
    ids=lambda one: one if isinstance(one, str) else type(one).__name__,
)
def test_a_click_finds_the_object_under_it_and_a_second_one_takes_away(predictor):
    found = objects_at(IMAGE, [(125, 60)], predictor=predictor)
    assert max(overlap(mask, BAR) for mask in found.masks) > 0.9 and found.masks[:, 60, 125].all()
    areas = found.masks.sum(axis=(1, 2))
    assert (np.diff(areas) >= 0).all()
    ring = objects_at(IMAGE, [(50, 30), (50, 60)], [1, 0], predictor).masks
    assert not ring[:, 60, 50].any() and ring[:, 30, 50].all()
    regions = Regions(BAR.shape, [Region("bar", found.masks[0])], 4, "grid")
    assert regions.partition(IMAGE).names[0] == "bar"


def test_the_default_needs_no_weights_where_the_extra_is_missing(monkeypatch):
    monkeypatch.setattr("limetheory.images.regions.objects.best_hierarchy", lambda: "higra")
    assert objects_at(IMAGE, [(125, 60)]).masks.shape == (3, *BAR.shape)


def test_the_table_says_what_there_is():
    assert PREDICTORS.names() == ("higra", "dino", "sam") and "without weights" in str(PREDICTORS)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: objects_at(IMAGE, [(500, 60)]), "^point_coords must be x, y inside the 160 × 120 image"),
    (lambda: objects_at(IMAGE, [(5, 6)], [1, 1], Recorded()), r"^point_coords must be \(n, 2\) with n point_labels"),
    (lambda: objects_at(IMAGE, [(5, 6)], [0], "higra"), "^point_labels must hold a 1 unless there is a box"),
    (lambda: objects_at(None, [(5, 6)], None, "higra"), "^an image must be set before predict"),
    (lambda: objects_at(IMAGE, [(5, 6)], None, "sma"), "^predictor must be one of higra, dino, sam.* 'sam'"),
    (lambda: objects_at(IMAGE, [(5, 6)], None, 3), "^predictor must have set_image and predict, got int"),
    (lambda: objects_at(IMAGE, [(5, 6)], None, Recorded), "^predictor must be an instance, got the class Recorded"),
])  # fmt: skip
def test_wrong_questions_are_refused_in_one_line(call, message):
    with pytest.raises((ValueError, TypeError), match=message) as said:
        call()
    assert "\n" not in str(said.value)
