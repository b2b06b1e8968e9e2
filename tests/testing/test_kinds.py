"""The questions of each kind of explainer: the model reads off the masks that an explainer makes, and lime's design."""

import numpy as np
import pytest
from lime.lime_text import LimeTextExplainer

import limetheory as lt
from limetheory.testing import KINDS, battery
from limetheory.testing.kinds.image import picture
from limetheory.testing.kinds.tabular import table


@pytest.mark.parametrize("d", [1, 2, 6, 12])
@pytest.mark.parametrize("replacement", ["mean", "black", "uint8", "noise"])
def test_the_model_of_images_sees_which_segments_are_shown(d, replacement):
    F, masks = battery(d, 0)["random"].F, lt.all_masks(d)[:: max(1, 1 << d >> 6)]
    predict, image, segments = KINDS["image"].question(F, d)
    assert image.shape == (*segments.shape, 3) and np.unique(segments).tolist() == list(range(d))
    hidden = {
        "mean": np.full(image.shape, image.mean()), "black": np.zeros(image.shape), "uint8": np.zeros(image.shape),
        "noise": np.random.default_rng(0).random(image.shape),
    }[replacement]  # fmt: skip
    images = np.where(masks[:, segments][..., None], image, hidden)
    if replacement == "uint8":
        images = np.round(255 * images).astype(np.uint8)
    answers = predict(images)
    assert answers.shape == (len(masks), 2) and (answers[:, 0] == F(masks)).all()
    assert (answers.argmax(axis=1) == 0).all()
    gaps = KINDS["image"].question(F, d, gaps=True)[2]
    assert gaps.min() == 4 and (np.unique(gaps, return_inverse=True)[1].reshape(segments.shape) == segments).all()
    assert np.unique(np.diff(np.unique(gaps))).tolist() == [3] * (d > 1)


def test_pixels_of_a_segment_have_colours_of_their_own():
    image, labels = picture(12)
    for label in range(12):
        pixels = np.round(255 * image[labels == label])
        assert all(len(set(channel)) == len(channel) for channel in pixels.T.tolist())


@pytest.mark.parametrize("d", [1, 6, 12, 30])
def test_the_model_of_texts_sees_which_words_are_there(d):
    F = battery(d, 0)["symmetric" if d > 1 else "leaf"].F
    predict, text = KINDS["text"].question(F, d)
    masked = lt.MaskedText(text)
    masks = np.random.default_rng(0).random((40, d)) < 0.5
    assert masked.d == d and (predict(masked.compose(masks))[:, 0] == F(masks)).all()
    assert (predict([*masked.compose(masks)]) == predict(lt.MaskedText(text, missing="UNKWORDZ").compose(masks))).all()
    with pytest.raises(ValueError, match="takes a list of texts, got one text"):
        predict(text)


@pytest.mark.parametrize("d", [1, 6])
def test_the_model_of_rows_sees_which_cells_are_in_the_rows_own_quartile(d):
    F = battery(d, 0)["random"].F
    predict, row, data = KINDS["tabular"].question(F, d)
    masked = lt.MaskedRow(row, data)
    masks = np.random.default_rng(0).random((200, d)) < 0.5
    assert (predict(masked.compose(masks, 0))[:, 0] == F(masks)).all()
    assert np.allclose(masked.keep, 0.25) and np.allclose(
        KINDS["tabular"].design(d).marginals, masked.design().marginals
    )
    assert predict(row[None])[0, 0] == F(np.ones((1, d), bool))[0] and table(d)[1].shape == (400, d)


@pytest.mark.parametrize("kind, batch, said", [
    ("image", np.zeros((2, 3, 2, 12)), r"images of shape \(b, 2, 12, 3\), got \(2, 3, 2, 12\)"),
    ("tabular", np.zeros(6), r"rows of shape \(b, 6\), got \(6,\)"),
])  # fmt: skip
def test_batches_of_another_shape_are_refused_in_one_line(kind, batch, said):
    predict = KINDS[kind].question(battery(6, 0)["leaf"].F, 6)[0]
    with pytest.raises(ValueError, match=said):
        predict(batch)


def test_limes_own_words_are_those_of_the_question():
    predict, text = KINDS["text"].question(battery(5, 0)["additive"].F, 5)
    found = LimeTextExplainer(random_state=0).explain_instance(text, predict, labels=(0,), num_samples=50)
    assert sorted(word for word, _ in found.as_list(label=0)) == sorted(lt.MaskedText(text).tokens)


def test_the_table_of_kinds_says_how_explainers_are_called():
    assert "`image` | explain(predict, image, segments, n, rng)" in str(KINDS)
