"""Superpixels that are left out of a transformer's input: by hand, with straddling patches, in every front end."""

import numpy as np
import pytest
import torch

import limetheory as lt
from limetheory.images import PatchMaskedImage, containment_tree, explain_hierarchy, replacement_image, rise_map
from limetheory.images.patches.owners import patch_owners
from tests.small_transformer import PATCH, small_similarity

SIDE = 8 * PATCH
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE] // PATCH
IMAGE = np.random.default_rng(0).random((8, 8, 3)).repeat(PATCH, axis=0).repeat(PATCH, axis=1)
IMAGE[::3, ::5] = 0.1  # no patch is of one colour
BLOCKS = ROWS // 4 * 2 + COLUMNS // 4
"""Four segments of 4 x 4 patches each, whose edges are those of patches."""


@pytest.fixture(scope="module")
def model():
    return small_similarity()


def tensor(image):
    return torch.tensor(image.transpose(2, 0, 1)[None], dtype=torch.float32)


@torch.inference_mode()
def by_hand(model, image, keep):
    """The similarity on the patches of one choice, (64,) bool, gathered here."""
    tokens = model.network.tokens
    embedded = tokens.embedded(model.inputs(tensor(image)))
    kept = embedded[:, torch.as_tensor(np.concatenate([[True], keep]))]
    return float(model.network.cosines(tokens.encoded(kept)[:, 0])[0, 0])


def naive_owners(labels, patch):
    found = []
    for row in range(0, labels.shape[0], patch):
        for column in range(0, labels.shape[1], patch):
            cell = labels[row : row + patch, column : column + patch]
            counts = [(cell == label).sum() for label in range(labels.max() + 1)]
            found.append(counts.index(max(counts)))
    return found


def test_a_patch_belongs_to_the_superpixel_with_most_of_its_pixels():
    rng = np.random.default_rng(1)
    for shape, patch in (((12, 8), 4), ((6, 9), 3), ((5, 5), 1), ((4, 4), 4)):
        labels = rng.integers(0, 3, shape)
        assert patch_owners(labels, patch).tolist() == naive_owners(labels, patch)
    assert patch_owners(np.array([[1, 0], [0, 1]]), 2).tolist() == [0]  # as many of both: the smaller label


def test_values_are_those_of_the_patches_that_are_shown(model):
    function = lt.ModelFunction(model, PatchMaskedImage(IMAGE, BLOCKS))
    masks = lt.all_masks(4)
    owners = (ROWS // 4 * 2 + COLUMNS // 4)[::PATCH, ::PATCH].ravel()
    expected = [by_hand(model, IMAGE, mask[owners]) for mask in masks]
    assert function(masks) == pytest.approx(expected, abs=1e-5)
    assert function(masks[-1:])[0] == pytest.approx(float(model(tensor(IMAGE))[0, 0]), abs=1e-5)
    assert np.ptp(expected) > 0.01


def test_hidden_pixels_have_no_influence_and_with_mean_colours_they_have(model):
    other, mask = IMAGE.copy(), np.array([[True, False, True, True]])
    other[BLOCKS == 1] = 1 - other[BLOCKS == 1]
    removed = [lt.ModelFunction(model, PatchMaskedImage(one, BLOCKS))(mask)[0] for one in (IMAGE, other)]
    replaced = [lt.ModelFunction(model, lt.MaskedImage(one, BLOCKS))(mask)[0] for one in (IMAGE, other)]
    assert removed[0] == pytest.approx(removed[1], abs=1e-6)
    assert abs(replaced[0] - replaced[1]) > 1e-4


def test_patches_that_straddle_follow_the_larger_part_and_a_small_superpixel_has_no_influence(model):
    labels = (COLUMNS >= 4).astype(int)
    labels[:, 4 * PATCH : 4 * PATCH + PATCH // 2 - 1] = 0  # less than half of the fifth column of patches
    labels[:5, :5] = 2  # far less than half of the first patch
    function = lt.ModelFunction(model, PatchMaskedImage(IMAGE, labels))
    right = (COLUMNS >= 4)[::PATCH, ::PATCH].ravel()
    assert function([[False, True, False]])[0] == pytest.approx(by_hand(model, IMAGE, right), abs=1e-5)
    values = function(lt.all_masks(3)).reshape(2, 2, 2)  # of superpixels 2, 1, 0
    assert values[0] == pytest.approx(values[1], abs=1e-6) and np.abs(values[:, 0] - values[:, 1]).max() > 1e-3
    assert lt.limit(function, lt.BernoulliDesign(3)).coefficients[2] == pytest.approx(0, abs=1e-6)


@pytest.mark.slow
def test_explanations_are_those_of_the_set_function_in_any_batch(model):
    function = lt.ModelFunction(model, PatchMaskedImage(IMAGE, BLOCKS))
    expected = lt.estimate(function, lt.ImageDesign(4), 50, 3)
    for batch_size in (None, 1, 7):
        found = lt.explain_image(
            model, IMAGE, segments=BLOCKS, replacement="removed", n=50, rng=3, batch_size=batch_size
        )
        assert found.coefficients == pytest.approx(expected.coefficients, abs=1e-5)
    replaced = lt.explain_image(model, IMAGE, segments=BLOCKS, n=50, rng=3)
    assert np.abs(found.coefficients - replaced.coefficients).max() > 1e-3


def test_a_tolerance_and_an_attribution_are_taken(model):
    options = {"segments": BLOCKS, "replacement": "removed", "rng": 0}
    assert lt.explain_image(model, IMAGE, tolerance=0.5, **options).stopping.reached
    assert lt.explain_image(model, IMAGE, attribution="rise", n=40, **options).coefficients.shape == (4,)


def test_answers_are_kept_in_files(model, tmp_path):
    found = lt.explain_image(model, IMAGE, segments=BLOCKS, replacement="removed", n=30, rng=0)
    found.save(tmp_path / "kept.npz")
    again = lt.load_explanation(tmp_path / "kept.npz")
    assert type(again.masked) is PatchMaskedImage and np.array_equal(again.heatmap(), found.heatmap())


def test_hierarchies_leave_segments_out_too(model):
    tree = containment_tree([BLOCKS < 2, BLOCKS == 0, BLOCKS == 1, BLOCKS >= 2])
    depths = explain_hierarchy(model, IMAGE, tree, depth=2, replacement="removed", n=30, rng=0)
    assert [one.explanation.d for one in depths] == [2, 3]
    assert all(type(one.explanation.masked) is PatchMaskedImage for one in depths)


def refusal(call):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def explained(model, image=IMAGE, **options):
    return lt.explain_image(model, image, segments=BLOCKS, replacement="removed", n=30, **options)


def test_models_that_cannot_leave_patches_out_are_refused_before_the_image_is_segmented():
    def never(image):
        raise AssertionError("segmented")

    network = lt.load_model("efficientnet_lite0")
    for model, name in (
        (network, "efficientnet_lite0"),
        (np.mean, ""),
        (small_similarity("DINOv3ViT"), "dino_s"),
    ):
        said = refusal(lambda model=model: lt.explain_image(model, IMAGE, segments=never, replacement="removed"))
        assert said.startswith(
            f"replacement 'removed' needs a vision transformer that can leave patches out, got {name}"
        )
        said = refusal(lambda model=model: lt.ModelFunction(model, PatchMaskedImage(IMAGE, BLOCKS)))
        assert "needs a vision transformer" in said


def test_other_sizes_and_smooth_edges_are_refused(model):
    said = refusal(lambda: lt.explain_image(model, IMAGE[:100], segments="grid", replacement="removed"))
    assert said.startswith("an image whose patches are left out must have the shape (224, 224, 3) that the model takes")
    assert said.endswith("got (100, 224, 3); call model.prepare(image) first")
    assert refusal(lambda: explained(model, smoothing="gaussian")).startswith(
        "a smoothing blends what is hidden, got 'g"
    )


def test_where_an_image_is_needed_removed_is_none():
    words = (
        "replacement must be an image here, got 'removed', which explain_image and PatchMaskedImage know; give 'mean'"
    )
    for call in (
        lambda: replacement_image(IMAGE, BLOCKS, "removed"), lambda: lt.MaskedImage(IMAGE, BLOCKS, "removed"),
        lambda: rise_map(np.mean, IMAGE, replacement="removed"),
    ):  # fmt: skip
        assert refusal(call) == words
