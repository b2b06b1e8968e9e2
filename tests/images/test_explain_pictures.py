"""`explain_image` for every kind of picture: types of numbers, sizes and numbers of channels."""

import numpy as np
import pytest
from explained_picture import LABELS, D, curved, explain, linear

import limetheory as lt
from limetheory.images.figures.explanation import explanation_figure


def stored(kind):
    rng = np.random.default_rng(3)
    levels = rng.integers(0, 256, (12, 16, 3)).astype(np.uint8)
    if kind == "grey":
        return levels[..., 0], np.repeat(levels[..., :1] / 255, 3, axis=2)
    if kind == "uint16":
        return levels.astype(np.uint16) * 257, levels / 255
    if kind == "rgba":
        opacity = rng.integers(0, 256, (12, 16, 1)).astype(np.uint8)
        return np.concatenate([levels, opacity], axis=2), levels / 255 * (opacity / 255) + 1 - opacity / 255
    return (levels / 255).astype(kind) if kind.startswith("float") else levels, levels / 255


@pytest.mark.parametrize("kind", ["uint8", "uint16", "grey", "rgba", "float32", "float64"])
def test_every_kind_of_picture_gives_the_answer_of_its_levels(kind):
    picture, levels = stored(kind)
    found, same = explain(image=picture, target=0), explain(image=levels, target=0)
    np.testing.assert_allclose(found.masked.image, levels, rtol=0, atol=1e-7)
    np.testing.assert_allclose(found.coefficients, same.coefficients, rtol=0, atol=1e-5)
    assert np.abs(same.coefficients).max() > 0.01


def test_four_pixels_on_a_grid():
    found = explain(lambda images: images.mean(axis=(1, 2, 3)), np.eye(2), segments="grid", replacement=0.0)
    np.testing.assert_allclose(found.heatmap(), np.eye(2) / 4, rtol=0, atol=1e-12)


def test_a_blank_image_gives_zeros():
    found = explain(linear, np.full((12, 16, 3), 0.5), segments="slic")
    np.testing.assert_allclose(found.coefficients, 0, rtol=0, atol=1e-12)


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


@pytest.mark.parametrize("shape", [(3, 12, 16), (1, 12, 12), (4, 20, 20), (13, 64, 64), (5, 12, 16), (2, 12, 16),
                                   (12, 20, 24), (13, 20, 24), (16, 20, 24), (64, 40, 40), (5, 24, 24)])  # fmt: skip
def test_channels_first_are_refused_and_the_remedy_works(shape):
    picture = np.random.default_rng(1).random(shape)
    with pytest.raises(ValueError, match=r"image must have shape .*: move .* image.transpose\(1, 2, 0\)"):
        explain(curved, picture, segments="grid")
    lt.MaskedImage(picture.transpose(1, 2, 0), "grid")
