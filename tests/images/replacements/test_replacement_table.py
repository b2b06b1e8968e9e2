"""The table of replacements: every row fits an image of any channels, and other packages add theirs."""

from importlib.metadata import EntryPoint

import numpy as np
import pytest

import limetheory as lt
from limetheory.images import REPLACEMENTS, replacement_image
from limetheory.images.replacement import law_of
from limetheory.images.replacements.table import GROUP, Replacement

LABELS = np.arange(12).reshape(3, 4) // 5


def white(image, labels):
    return np.ones_like(image)


@pytest.mark.parametrize("name", REPLACEMENTS.own)
@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 3), (3, 4, 5)])
def test_each_row_is_one_image_or_a_law_of_the_images_shape_or_none(name, shape):
    image, row = np.random.default_rng(0).random(shape), REPLACEMENTS[name]
    if row.random:
        law = row.law(image)
        assert row.image is None and law.mean.shape == law.draw(np.random.default_rng(0)).shape == shape
        with pytest.raises(ValueError, match=f"must be one image here, got the random '{name}'; explain_image and "):
            replacement_image(image, LABELS, name)
    elif row.image is None:
        with pytest.raises(ValueError, match=f"must be an image here, got '{name}', which explain_image and"):
            replacement_image(image, LABELS, name)
    else:
        assert replacement_image(image, LABELS, name).shape == shape and law_of(image, name) is None


def test_other_packages_replacements_are_taken_by_name(monkeypatch):
    entries = [EntryPoint("white", f"{__name__}:white", GROUP)]
    monkeypatch.setattr("limetheory.registry.entry_points", lambda group: entries * (group == GROUP))
    monkeypatch.setattr(REPLACEMENTS, "_loaded", {})
    assert (replacement_image(np.zeros((3, 4)), LABELS, "white") == 1).all()
    with pytest.raises(ValueError, match=r"removed, white or a grey level in .0, 1., got 'whit': did you mean 'whi"):
        replacement_image(np.zeros((3, 4)), LABELS, "whit")


def test_a_row_of_ones_own_stands_for_itself():
    row = Replacement("white", "white", white)
    assert not row.random and REPLACEMENTS.chosen(row) is row


@pytest.mark.parametrize(
    ("others", "error", "message"),
    [
        ([np.zeros((3, 4, 3))], ValueError, "other images must be two or more, got 1; give the image itself"),
        (np.zeros((1, 3, 4, 3)), ValueError, "other images must be two or more, got 1"),
        (np.zeros((0, 3, 4, 3)), ValueError, "other images must be two or more, got 0"),
        ([np.zeros((3, 4, 3)), np.zeros((4, 3, 3))], ValueError, r"shape \(3, 4, 3\), got \(4, 3, 3\): resize it"),
        ([np.zeros((3, 4, 3)), np.zeros((3, 4))], ValueError, r"shape \(3, 4, 3\), got \(3, 4\): resize it"),
        (np.zeros((2, 3, 4, 4)), ValueError, r"shape \(3, 4, 3\), got \(3, 4, 4\): resize it"),
        (np.full((2, 3, 4, 3), 2.0), ValueError, r"replacement must be in \[0, 1\], got values from 2 to 2"),
        (np.full((2, 3, 4, 3), np.nan), ValueError, "must be finite, got 36 NaN"),
        (np.zeros((2, 3, 4, 3), int), TypeError, "replacement must be uint8, .*got int64"),
        (np.zeros((2, 3, 4, 3), bool), TypeError, "name, numbers or an image, got bool"),
    ],
)
def test_other_images_that_do_not_fit_are_refused_before_the_model_is_asked(others, error, message):
    with pytest.raises(error, match=message) as caught:
        lt.explain_image(lambda images: 1 / 0, np.zeros((3, 4, 3)), segments=LABELS, replacement=others)
    assert "\n" not in str(caught.value)


def test_other_images_are_read_as_the_image_is():
    eight = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 3), dtype=np.uint8)
    image = np.zeros((3, 4, 3))
    for others in (eight, list(eight), list(eight / 255), [eight[0] / 255, eight[1]], eight.astype(np.uint16) * 257):
        np.testing.assert_allclose(law_of(image, others).images, eight / 255, rtol=0, atol=1e-15)


def test_pictures_of_a_grey_image_are_read_and_colours_for_it_refused():
    from PIL import Image

    grey = np.zeros((3, 4))
    pictures = [Image.fromarray(np.full((3, 4), level, np.uint8)) for level in (0, 255)]
    assert law_of(grey, pictures).images.mean(axis=(1, 2)).tolist() == [0, 1]
    assert law_of(grey, pictures[0]) is None and law_of(grey, [[0.5] * 4] * 3) is None
    assert law_of(np.zeros((3, 4, 3)), [[[0.5] * 3] * 4] * 3) is None
    with pytest.raises(ValueError, match=r"image's shape \(3, 4\), got \(3, 4, 3\): resize it"):
        replacement_image(grey, LABELS, np.zeros((3, 4, 3)))


def test_two_images_are_refused_where_one_is_needed():
    with pytest.raises(ValueError, match="must be one image here, got 2; explain_image and rise_map draw it anew"):
        lt.MaskedImage(np.zeros((3, 4, 3)), LABELS, np.ones((2, 3, 4, 3)))
