"""How images are prepared and checked, whatever runs the backbone."""

import numpy as np
import pytest

from limetheory.networks import load_backbone
from limetheory.networks.vit.backbone import Backbone
from tests.networks.vit.small_pictures import normalised, pictures


class Pixels(Backbone):
    """A backbone whose tokens are the mean colours of the normalised patches, behind those of the image."""

    def __init__(self, patch=2, most_patches=100):
        super().__init__("pixels", patch, 3, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225], most_patches)
        self.sizes = []

    def _rows(self, batches):
        for pixels in batches:
            self.sizes.append(len(pixels))
            n, _, height, width = pixels.shape
            cells = pixels.reshape(n, 3, height // self.patch, self.patch, width // self.patch, self.patch)
            means = cells.mean(axis=(3, 5)).reshape(n, 3, -1).transpose(0, 2, 1)
            yield np.concatenate([pixels.mean(axis=(2, 3))[:, None], means], axis=1)


def test_patches_are_in_reading_order_and_images_are_normalised():
    images = pictures(2, 4, 6)
    tokens = Pixels()(images)
    expected = normalised(images)
    assert tokens.grid == (2, 3) and tokens.patches.shape == (2, 2, 3, 3)
    assert tokens.cls == pytest.approx(expected.mean(axis=(2, 3)), abs=1e-6)
    assert tokens.patches[1, 1, 2] == pytest.approx(expected[1, :, 2:4, 4:6].mean(axis=(1, 2)), abs=1e-6)


def test_small_images_are_evaluated_together_and_large_ones_one_by_one():
    small, large = Pixels(), Pixels(most_patches=10_000)
    small(pictures(900, 2, 2))
    large(pictures(3, 100, 100))
    assert small.sizes == [900] and large.sizes == [1, 1, 1]
    assert Pixels()(pictures(2000, 2, 2)).cls.shape == (2000, 3)


def test_one_image_and_whole_numbers_are_taken():
    levels = np.random.default_rng(0).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    assert np.array_equal(Pixels()(levels).patches, Pixels()(levels[None] / 255).patches)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((480, 640), (392, 518)),
        ((5, 5), (518, 518)),
        ((1, 3000), (14, 518)),
        ((3000, 10), (518, 14)),
        ((4000, 5000), (420, 518)),
    ],
)
def test_the_longest_side_is_asked_for_and_both_are_multiples_of_the_patch(shape, expected):
    image = np.broadcast_to(np.array([10, 20, 30], np.uint8), (*shape, 3))
    prepared = Pixels(14, most_patches=10_000).prepare(image)
    assert prepared.shape == (*expected, 3) and prepared.dtype == np.float32
    assert np.allclose(prepared, np.array([10, 20, 30]) / 255, atol=1e-6)  # one colour stays one


def test_an_image_that_fits_is_left_as_it_is():
    image = pictures(1, 28, 42)[0]
    assert np.allclose(Pixels(14, most_patches=10_000).prepare(image, 42), image, atol=1e-6)


def test_another_side_is_rounded_to_patches():
    assert Pixels(14, most_patches=10_000).prepare(np.zeros((30, 60, 3)), 100).shape == (56, 98, 3)


@pytest.mark.parametrize(
    ("images", "error", "words"),
    [
        (np.zeros((1, 3, 4, 3)), ValueError, "sides that are multiples of 2, got 3 x 4; call prepare"),
        (np.zeros((1, 30, 30, 3)), ValueError, "at most 100 patches of 2 x 2, got 30 x 30; call prepare"),
        (np.zeros((4, 4)), ValueError, r"shape \(n, h, w, 3\), got \(4, 4\)"),
        (np.zeros((1, 3, 4, 4)), ValueError, r"shape \(n, h, w, 3\), got \(1, 3, 4, 4\)"),
        (np.zeros((0, 4, 4, 3)), ValueError, r"shape \(n, h, w, 3\), got \(0, 4, 4, 3\)"),
        (np.full((1, 4, 4, 3), 2.0), ValueError, r"images must be in \[0, 1\]"),
        (np.full((1, 4, 4, 3), np.nan), ValueError, "images must be finite"),
        (np.zeros((1, 4, 4, 3), np.int64), TypeError, "images must be uint8"),
        ("x", ValueError, r"shape \(n, h, w, 3\), got \(\)"),
        ([[[1.0], [2.0, 3.0]]], TypeError, "images must be"),
    ],
)
def test_other_images_are_refused(images, error, words):
    with pytest.raises(error, match=words):
        Pixels()(images)


def test_a_side_below_one_patch_is_refused():
    with pytest.raises(ValueError, match="side must be at least 14, got 13; a side is at least one patch of 14 pixels"):
        Pixels(14, most_patches=10_000).prepare(np.zeros((4, 4, 3)), 13)


@pytest.mark.parametrize("name", [3, None, len, np.zeros(2)])
def test_a_name_is_a_string_or_a_path(name):
    with pytest.raises(
        TypeError, match=r"^a backbone must be a name or a folder, got .*; give one of them, or the folder"
    ):
        load_backbone(name)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": "dinno"}, r"backbone must be one of dino, got 'dinno'; did you mean 'dino'\?"),
        ({"engine": "jax"}, "engine must be one of onnx, torch, got 'jax'"),
        ({"precision": "int8"}, "precision must be one of float32, bfloat16, float16, got 'int8'"),
        ({"engine": "onnx", "precision": "bfloat16"}, "engine 'onnx' must run on the CPU in float32, got 'cpu' and bf"),
        ({"device": "moon"}, "device must be like 'cpu' or 'cuda:0', got 'moon'; use 'cpu'"),
    ],
)
def test_what_cannot_be_had_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        load_backbone(**arguments)


def test_a_side_that_gives_too_many_patches_is_refused_before_anything_is_resized():
    with pytest.raises(ValueError, match="side must give at most 100 patches of 2 x 2, got 10000000 for an image prep"):
        Pixels().prepare(np.zeros((4, 4, 3)), 10**7)
    with pytest.raises(ValueError, match=r"got 22 for an image prepared as 22 x 22; give a smaller one$"):
        Pixels().prepare(np.zeros((4, 4, 3)), 22)
    assert Pixels().prepare(np.zeros((4, 4, 3)), 20).shape == (20, 20, 3)
