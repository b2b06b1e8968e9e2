"""Kept tables resume where they stopped; superpixels come out in the number asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import data

import limetheory as lt
from limetheory.verification.network import exactly, jaccard, kept_table, top_positive

D = 7
IMAGE = np.random.default_rng(0).integers(1, 9, (4, 14, 3)) / 8


class Model:
    """Counts the images it saw and stops like Ctrl-C after some of them."""

    def __init__(self, stop_after=None):
        self.seen, self.stop_after = [], stop_after

    def __call__(self, images):
        if self.stop_after is not None and len(self.seen) + len(images) > self.stop_after:
            raise KeyboardInterrupt
        self.seen += [image.tobytes() for image in images]
        return np.tanh(images.mean(axis=(1, 2, 3)))


def masked(replacement=0.0):
    return lt.MaskedImage(IMAGE, np.tile(np.arange(14) // 2, (4, 1)), replacement)


def kept(model, folder, replacement=0.0, name="toy"):
    return kept_table(model, name, "photo", masked(replacement), folder).known_values


def plain(replacement=0.0):
    return Model()(masked(replacement).compose(lt.all_masks(D)))


def test_a_second_run_evaluates_the_photograph_only(tmp_path):
    assert (kept(Model(), tmp_path) == plain()).all()
    again = Model()
    assert (kept(again, tmp_path) == plain()).all()
    assert again.seen == [IMAGE.tobytes()]


# 1 is the photograph, 2 are it beside its replacement; then blocks of 64 masks in batches of 16 follow, the second
# block short of the photograph.
OPENING = 1 + 2


@pytest.mark.parametrize("stop_after", [OPENING + 64, OPENING + 64 + 16, OPENING + 32])
def test_a_run_stopped_half_way_goes_on_without_evaluating_a_mask_again(tmp_path, stop_after):
    first, second = Model(stop_after), Model()
    with pytest.raises(KeyboardInterrupt):
        kept(first, tmp_path)
    assert len(first.seen) == stop_after
    assert (kept(second, tmp_path) == plain()).all()
    masks = first.seen[OPENING:] + second.seen[OPENING:]
    assert len(masks) == len(set(masks)) == 2**D - 1


@pytest.mark.parametrize("other", [{"replacement": 0.25}, {"name": "toy2"}])
def test_a_table_of_another_picture_or_network_is_not_taken_over(tmp_path, other):
    kept(Model(), tmp_path)
    (old,) = tmp_path.iterdir()
    old.rename(tmp_path / f"photo-{other.get('name', 'toy')}-d{D}.npz")
    model = Model()
    assert (kept(model, tmp_path, **other) == plain(other.get("replacement", 0.0))).all()
    assert len(model.seen) == 2**D + OPENING - 1


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b"not a table"])
def test_a_damaged_table_is_made_anew(tmp_path, damage):
    kept(Model(), tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert (kept(Model(), tmp_path) == plain()).all()


@pytest.mark.parametrize("d", [2, 5, 11])
def test_exactly_d_superpixels_are_cut_from_a_photograph(d):
    image = lt.as_image(data.coffee()[::8, ::8])
    segments = exactly(d, image)
    assert segments.shape == image.shape[:2]
    assert sorted(set(segments.ravel().tolist())) == list(range(d))
    assert np.bincount(segments.ravel()).min() > 1
    assert (segments == exactly(d, image)).all()


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=8), st.integers(1, 5))
def test_top_positive_are_the_largest_that_are_positive(values, k):
    found = top_positive(np.array(values, float), k)
    assert len(found) == min(k, sum(value > 0 for value in values))
    assert all(values[j] > 0 for j in found)
    assert all(values[i] <= min(values[j] for j in found) for i in set(range(len(values))) - found if found)


@given(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
def test_jaccard_is_the_share_of_the_union(one, other):
    both = [j for j in range(6) if j in one and j in other]
    either = [j for j in range(6) if j in one or j in other]
    assert jaccard(one, other) == (len(both) / len(either) if either else 1.0)
