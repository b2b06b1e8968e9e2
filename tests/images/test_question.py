"""A question about a photograph, its answer and its record, which all front ends share."""

import json
from dataclasses import replace

import numpy as np
import pytest
from explain_cases import classifier
from skimage import data

import limetheory as lt
from limetheory.explaining.budget import Masks, Until
from limetheory.images.answer import answered
from limetheory.images.question import Question
from limetheory.images.record import recorded

PHOTO = lt.as_image(data.coffee()[::8, ::8])
ASKED = Question(segmenter="grid", segments=6, budget=Masks(60), seed=3, target="cat", replacement="0.5", bandwidth=0.4)


def test_the_answer_of_a_partition_is_that_of_explain_image():
    network = classifier()
    [answer], image = answered(network, PHOTO, ASKED), network.prepare(PHOTO)
    found = lt.explain_image(
        network, image, segments=lt.segment(image, "grid", 6), n=60, rng=3, target="cat", replacement=0.5,
        design=lambda d: lt.ImageDesign(d, 0.4),
    )  # fmt: skip
    assert np.array_equal(answer.finest.coefficients, found.coefficients) and answer.masks == (60,)
    assert np.array_equal(answer.finest.segments, found.segments)
    assert (
        answer.explained_depths == ()
        and answer.interrupted is None
        and answer.aspect == PHOTO.shape[0] / PHOTO.shape[1]
    )


def test_a_record_holds_the_question_and_every_number_and_is_json():
    network = classifier()
    [answer] = answered(network, PHOTO, ASKED)
    record = json.loads(json.dumps(recorded("a.png", ASKED, answer, ["careful"]), allow_nan=False))
    asked = {
        "image": "a.png", "segmenter": "grid", "depth": 1, "replacement": "0.5", "bandwidth": 0.4, "samples": 60,
        "method": "wls", "ridge": 0.0, "tolerance": None, "seed": 3, "level": 0.95, "output": "probabilities",
        "target": 1, "target_name": "cat", "interrupted": False, "warnings": ["careful"], "consistency": [],
    }  # fmt: skip
    assert asked.items() <= record.items() and record["coefficients"] == answer.finest.coefficients.tolist()
    assert [one["masks"] for one in record["levels"]] == [60]


def test_a_tolerance_is_recorded_with_its_half_widths():
    asked = replace(ASKED, budget=Until(0.3), segments=20)
    [answer] = answered(classifier(), PHOTO, asked)
    record = recorded("a.png", asked, answer, [])
    assert record["half_widths"] == answer.finest.stopping.half_widths.tolist() and record["reached"] is True
    assert (record["method"], record["samples"], record["tolerance"]) == ("sequential", None, 0.3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"segmenter": "slick"}, "did you mean 'slic'"),
        ({"depth": 2}, "depth above 1 needs a hierarchy, one of .*, got 'slic'; use segmenter dseg"),
        ({"top_k": 2}, "top-k is for a depth above 1, got 2 at depth 1; give depth 2"),
        ({"segmenter": "sam"}, "segmenter 'sam' needs a checkpoint, got none; give its file"),
        ({"checkpoint": "w.pth"}, "a checkpoint is for a segmenter with weights .*, got 'w.pth' with 'slic'"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"level": 95}, "level must be above 0 and below 1, got 95; write 0.95"),
        ({"bandwidth": 0.0}, "bandwidth must be above 0"),
    ],
)
def test_what_cannot_work_is_refused_before_there_is_a_network(options, message):
    with pytest.raises(ValueError, match=message) as caught:
        Question(**options)
    assert "\n" not in str(caught.value)


def test_each_depth_needs_enough_masks_for_its_segments():
    with pytest.raises(ValueError, match="samples must be at least 7, got 5; d = 6 coefficients"):
        answered(classifier(), PHOTO, replace(ASKED, budget=Masks(5)))
