"""DSEG from masks to explanations: an image is segmented once, devices agree, and unusual masks are handled."""

import numpy as np
import pytest
import torch
from composed_scene import COLOURS, IMAGE, NUMBERS, scene_sam
from torch import nn

from limetheory.images.generators.mask_generators import masks_of
from limetheory.images.generators.sam.masks import SamMasks
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.dseg import explain_hierarchy

PHOTO, COLOUR = IMAGE[::2, ::2].copy(), NUMBERS[::2, ::2]


class Subparts(nn.Module):
    """Two classes, the colours of the two subparts: the one that more of the picture has is the likelier one."""

    def __init__(self):
        super().__init__()
        self.register_buffer("colours", torch.as_tensor(COLOURS[[3, 6]] / 255, dtype=torch.float32))

    def forward(self, x):
        distances = (x[:, None] - self.colours[:, :, None, None]).square().sum(2)
        return torch.softmax(100 * torch.exp(-20 * distances).mean(dim=(2, 3)), dim=1)


class Counted(SamMasks):
    """A generator that counts the images that it segments."""

    images = 0

    def generate(self, image):
        Counted.images += 1
        return super().generate(image)


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """The generator named "sam", whose Sam knows the scene, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("limetheory.images.generators.sam.masks.load_sam", lambda *arguments: scene_sam())
    monkeypatch.setattr("limetheory.images.generators.sam.masks.SamMasks", Counted)
    monkeypatch.setattr(Counted, "images", 0)
    return Counted


def dseg(image=PHOTO, cache=None, device=None, **options):
    """The explanations of DSEG at each depth, computed from the image."""
    masks = masks_of(image, "sam", checkpoint="vit_b", points_per_side=12, min_mask_region_area=100, cache=cache)
    tree = containment_tree(masks, fill_distance=0, shape=image.shape[:2])
    settings = {"depth": 2, "target": 0, "rng": 0, "n": 40, "replacement": 0.5} | options
    return explain_hierarchy(Subparts(), image, tree, device=device, **settings)


@pytest.mark.slow
def test_one_image_is_segmented_once_for_every_depth_target_and_seed(counted):
    found = {}
    for depth in (1, 2, 3):
        for target in (0, 1):
            for seed in (0, 1):
                found[depth, target, seed] = dseg(depth=depth, target=target, rng=seed)
    assert counted.images == 1
    assert {depth: len(levels) for (depth, _, _), levels in found.items()} == {1: 1, 2: 2, 3: 3}
    for target, colour in ((0, 3), (1, 6)):  # what is explained is what the class looks at
        last = found[3, target, 0][-1]
        top = int(last.explanation.coefficients.argmax())
        assert np.bincount(COLOUR[last.segmentation.labels == top]).argmax() == colour


@pytest.mark.slow
def test_without_the_cache_and_for_another_image_it_is_segmented_again(counted):
    for depth in (1, 2):
        dseg(depth=depth, cache=False)
    assert counted.images == 2
    for image in (PHOTO, PHOTO[:, ::-1].copy(), PHOTO):
        dseg(image, depth=1)
    assert counted.images == 4


@pytest.mark.gpu
def test_a_hierarchy_is_explained_alike_on_a_gpu(counted):
    # float32 means of 30,000 pixels differ by less than 1e-5 between devices
    here, there, other = dseg(depth=3), dseg(depth=3, device="cuda"), dseg(depth=3, rng=1)
    assert len(here) == len(there) == 3
    for one, two in zip(here, there, strict=True):
        assert np.array_equal(one.segmentation.labels, two.segmentation.labels)
        np.testing.assert_allclose(two.explanation.coefficients, one.explanation.coefficients, rtol=0, atol=1e-4)
    difference = np.abs(other[1].explanation.coefficients - here[1].explanation.coefficients)
    assert difference.max() > 1e-3, "other masks are told apart"


def test_one_mask_that_covers_everything_is_refused_in_one_line():
    everything = containment_tree(np.ones((1, *COLOUR.shape), bool))
    with pytest.raises(ValueError, match="two segments or more at some depth, got one mask") as caught:
        explain_hierarchy(Subparts(), PHOTO, everything, target=0, n=20, rng=0)
    assert "\n" not in str(caught.value)


def test_below_a_mask_that_covers_everything_the_pass_starts_with_its_parts():
    y, _ = np.mgrid[: COLOUR.shape[0], : COLOUR.shape[1]]
    half = y < COLOUR.shape[0] // 2
    tree = containment_tree([np.ones_like(half), half])
    (level,) = explain_hierarchy(Subparts(), PHOTO, tree, depth=1, target=0, n=20, rng=0)
    assert level.segmentation.d == 2 and len(np.unique(level.explanation.segments[half])) == 1


@pytest.mark.slow
def test_thousands_of_tiny_masks_are_explained_once_their_size_is_allowed():
    y, x = np.mgrid[:150, :200]
    tiny = [(y // 3 * 67 + x // 3) == number for number in range(0, 3350, 2)]
    with pytest.raises(ValueError, match="got 1675 smaller ones: lower min_percent"):
        containment_tree(tiny)
    tree = containment_tree(tiny, min_percent=0.01)
    (level,) = explain_hierarchy(Subparts(), PHOTO, tree, n_segments=40, depth=1, target=0, n=80, rng=0)
    assert level.segmentation.d == 40 and np.isfinite(level.explanation.coefficients).all()


@pytest.mark.slow
def test_an_image_without_masks_is_refused_in_one_line(counted):
    blank = np.full((30, 40, 3), COLOURS[0])
    with pytest.raises(ValueError, match="masks must hold at least one mask, got none: loosen") as caught:
        dseg(blank)
    assert "\n" not in str(caught.value) and counted.images == 1
