"""Another photograph outside a region: it covers all, keeps its proportions, and is refused where it is not there."""

import numpy as np
import pytest
from edit_scenes import BLOB, CORNER, HEAD, MASKS, OTHERS, PHOTO, H, W, naive_layer, naive_opacity

from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.edits.other_background import covering, other_background

OTHER = OTHERS["other"]


def naive_covering(photograph, height, width):
    """Every pixel as the weighted mean of all pixels of the photograph, under a triangle as wide as one is there."""
    scale = min(photograph.shape[0] / height, photograph.shape[1] / width)
    found = np.zeros((height, width, 3))
    for row, column in np.ndindex(height, width):
        weights = []
        for at, size, sides in ((row, height, photograph.shape[0]), (column, width, photograph.shape[1])):
            first = (sides - scale * size) / 2
            centre, spread = first + (at + 0.5) * scale, max(scale, 1.0)
            raw = np.array([max(0.0, 1 - abs(place + 0.5 - centre) / spread) for place in range(sides)])
            weights.append(raw / raw.sum())
        found[row, column] = np.einsum("i,j,ijc->c", *weights, photograph)
    return found


@pytest.mark.parametrize("size", [(H, W), (5, 60), (60, 5), (H, 2 * W), (2 * H, 2 * W), (1, 1)])
def test_the_middle_of_the_photograph_covers_all_of_this_one(size):
    photograph = np.random.default_rng(2).random((*size, 3))
    found = covering(photograph, (H, W))
    np.testing.assert_allclose(found, naive_covering(photograph, H, W), rtol=0, atol=1e-6)  # float32 in between
    assert found.shape == (H, W, 3) and found.min() >= 0 and found.max() <= 1


def test_one_of_the_same_size_is_shown_to_the_bit():
    photograph = np.random.default_rng(2).random((H, W, 3))
    found = other_background(PHOTO, BLOB, photograph, feather=0)
    assert np.array_equal(found.pixels, np.where(BLOB[..., None], PHOTO, photograph))


@pytest.mark.parametrize("feather", [0, 5])
def test_it_is_shown_behind_a_soft_edge_and_other_regions_keep_what_they_share(feather):
    found = other_background(PHOTO, BLOB, OTHER, feather)
    expected = naive_layer(covering(OTHER, (H, W)), PHOTO, naive_opacity(BLOB, feather / 100 * W))
    np.testing.assert_allclose(found.pixels, expected, rtol=0, atol=1e-12)
    assert found.mask is BLOB and np.array_equal(found.follow(CORNER), CORNER & BLOB)
    assert np.array_equal(found.follow(HEAD), HEAD)


def test_behind_the_whole_photograph_there_is_nothing():
    assert np.array_equal(other_background(PHOTO, np.ones((H, W), bool), OTHER).pixels, PHOTO)


def test_a_list_is_told_which_photograph_has_which_name_and_saves_the_name():
    edits = Edits(
        (Edit("other_background", "blob", {"photograph": "other"}), Edit("brightness", None, {"offset": 0.1}))
    )
    again = Edits.from_json(edits.to_json())
    assert again == edits and again[0].photographs == ("other",) and again[1].photographs == ()
    found = edits.applied(PHOTO, MASKS, {"other": (255 * OTHER).round().astype(np.uint8)})
    by_hand = np.clip(other_background(PHOTO, BLOB, (255 * OTHER).round() / 255).pixels + 0.1, 0, 1)
    np.testing.assert_allclose(found.pixels, by_hand, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("photographs", "words"),
    [
        (None, "photograph of edit 'other_background' must be one of none, got 'beach'; give its pixels, or switch"),
        ({"baech": OTHER}, "must be one of baech, got 'beach'; did you mean 'baech'"),
        ([OTHER], "photographs must be images by name"), ({"beach": 5}, "got"),
    ],
)  # fmt: skip
def test_a_photograph_that_is_not_there_is_refused_unless_the_edit_is_off(photographs, words):
    edits = Edits((Edit("other_background", "blob", {"photograph": "beach"}),))
    with pytest.raises((ValueError, TypeError), match=words) as caught:
        edits.applied(PHOTO, MASKS, photographs)
    assert "\n" not in str(caught.value)
    assert np.array_equal(edits.switched(0).applied(PHOTO, MASKS).pixels, PHOTO)


@pytest.mark.parametrize("name", [3, "", "x" * 201, ["beach"], b"beach"])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises((ValueError, TypeError), match=r"^photograph of 'other_background' must .*got"):
        Edit("other_background", "blob", {"photograph": name})
