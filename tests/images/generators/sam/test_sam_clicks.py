"""Clicks answered by networks of transformers as by segment_anything's own predictor."""

from types import SimpleNamespace

import numpy as np
import pytest
import segment_anything
import torch
from small_sams import MODELS, SIDE, saved

from limetheory.images.generators.sam.clicks import sam_predictor
from limetheory.images.generators.sam.loading import load_sam
from limetheory.images.generators.sam.predictor import TransformersPredictor
from limetheory.images.regions import PREDICTORS, objects_at

PICTURE = np.random.default_rng(0).integers(0, 256, (48, 70, 3), dtype=np.uint8)
CLICKS, LABELS = np.array([[20.0, 30.0], [60.0, 5.0]]), np.array([1, 0])


@pytest.fixture(params=MODELS)
def folder(request, tmp_path):
    return saved(request.param, tmp_path / request.param)


def of_scaled_clicks(folder, scale):
    """The masks of the network for clicks in its own pixels."""
    twin = TransformersPredictor(load_sam(folder, device="cpu"))
    twin.set_image(PICTURE)
    masks, scores, _ = twin.predict_torch(torch.as_tensor(CLICKS * scale)[None], torch.as_tensor(LABELS)[None])
    return masks[0].numpy(), scores[0].numpy()


@pytest.mark.slow
def test_clicks_are_scaled_to_the_networks_pixels(folder):
    predictor = sam_predictor(folder, device="cpu")
    predictor.set_image(PICTURE)
    masks, scores, low = predictor.predict(CLICKS, LABELS)
    assert masks.shape == (3, 48, 70) and masks.dtype == bool and scores.shape == (3,) and len(low) == 3
    square = folder.name == "sam2"  # which makes the photograph a square, where the others fill it up
    height = SIDE if square else round(48 * SIDE / 70)
    expected, expected_scores = of_scaled_clicks(folder, np.array([SIDE / 70, height / 48]))
    assert np.array_equal(masks, expected) and np.array_equal(scores, expected_scores)
    assert not np.array_equal(scores, of_scaled_clicks(folder, 1.0)[1])
    assert predictor.predict(CLICKS, LABELS, multimask_output=False)[0].shape == (1, 48, 70)


def test_objects_come_from_a_checkpoint(folder):
    found = objects_at(PICTURE, CLICKS, LABELS, PREDICTORS["sam"].factory(checkpoint=folder, device="cpu"))
    assert found.masks.shape == (3, 48, 70) and (np.diff(found.masks.sum(axis=(1, 2))) >= 0).all()


def test_original_weights_are_answered_by_segment_anythings_own_predictor(monkeypatch):
    untouched = SimpleNamespace(image_encoder=SimpleNamespace(img_size=SIDE))
    monkeypatch.setattr("limetheory.images.generators.sam.clicks.load_sam", lambda *options: untouched)
    assert isinstance(sam_predictor("vit_b"), segment_anything.SamPredictor)
