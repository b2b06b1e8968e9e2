"""Saved values are continued after an interrupt, and superpixels have the number that was asked for."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import data

import limetheory as lt
from limetheory.verification.network import _Saving, chance_jaccard, exactly, jaccard, kept_table, top_positive

D = 7
IMAGE = np.random.default_rng(0).integers(1, 9, (4, 14, 3)) / 8


class Model:
    """A model that counts its images and is interrupted after a number of them."""

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


# 1 is the photograph, 3 check it beside its replacement; then blocks of 64 masks in batches of 16 follow, the second
# block short of the photograph. After the first batch 2 more check its first and its last image.
BEFORE, BATCH, AFTER = 1 + 3, 16, 2
OPENING = BEFORE + AFTER


def of_blocks(seen):
    """The images that a model evaluated, without those of the check."""
    return seen[BEFORE : BEFORE + BATCH] + seen[BEFORE + BATCH + AFTER :]


@pytest.mark.parametrize("stop_after", [OPENING + 64, OPENING + 64 + 16, OPENING + 32])
def test_a_run_stopped_half_way_goes_on_without_evaluating_a_mask_again(tmp_path, stop_after):
    first, second = Model(stop_after), Model()
    with pytest.raises(KeyboardInterrupt):
        kept(first, tmp_path)
    assert len(first.seen) == stop_after
    assert (kept(second, tmp_path) == plain()).all()
    masks = of_blocks(first.seen) + of_blocks(second.seen)
    assert len(masks) == len(set(masks)) == 2**D - 1


class Killed(Model):
    """A model that kills its own process before it evaluates more than a number of images."""

    def __call__(self, images):
        if len(self.seen) + len(images) > self.stop_after:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(images)


def killed_run(folder):
    kept(Killed(1 + 64 + 16), folder)


@pytest.mark.slow
def test_a_run_ended_by_force_goes_on_after_the_last_finished_block(tmp_path):
    code = f"from pathlib import Path\nfrom test_tables import killed_run\nkilled_run(Path({str(tmp_path)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent, check=False)
    assert done.returncode == -signal.SIGKILL
    again = Model()
    assert (kept(again, tmp_path) == plain()).all()
    assert len(again.seen) == 2**D - 64 + 5  # the block of 64 is there; five images tell whether batches mix


def saved_values(folder):
    return sum(np.isfinite(np.load(file)["values"]).sum() for file in folder.glob("*.npz"))


class Watched(Model):
    """A model that notes how many values are saved whenever it is asked about a batch."""

    def __init__(self, folder):
        super().__init__()
        self.folder, self.saved = folder, []

    def __call__(self, images):
        self.saved.append(saved_values(self.folder))
        return super().__call__(images)


def test_values_are_saved_in_the_middle_of_a_block_once_a_minute_has_passed(tmp_path, monkeypatch):
    slow, fast = Watched(tmp_path / "slow"), Watched(tmp_path / "fast")
    kept(fast, tmp_path / "fast")
    monkeypatch.setattr("limetheory.verification.network.SAVED_EVERY", 0.0)
    kept(slow, tmp_path / "slow")
    assert {17, 33, 49} <= set(slow.saved)  # the photograph and one, two, three batches of the first block
    assert set(fast.saved) == {0, 65}  # the mutant: whole blocks only


def test_two_runs_that_save_at_the_same_time_do_not_meet(tmp_path):
    path, function = tmp_path / "table.npz", lt.ModelFunction(Model(), masked())

    def save_often():
        for _ in range(50):
            _Saving(function, path, "same").save()

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(save_often) for _ in range(4)]:
            done.result()
    assert [file.name for file in tmp_path.iterdir()] == ["table.npz"]


def test_a_table_that_is_complete_is_not_written_again(tmp_path):
    kept(Model(), tmp_path)
    (path,) = tmp_path.iterdir()
    written = path.stat().st_mtime_ns
    kept(Model(), tmp_path)
    assert path.stat().st_mtime_ns == written


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


@pytest.mark.parametrize(("d", "k"), [(d, k) for d in range(1, 8) for k in range(1, d + 1)])
def test_chance_is_the_mean_over_all_pairs_of_sets(d, k):
    sets = [set(chosen) for chosen in combinations(range(d), k)]
    shares = [Fraction(len(one & other), len(one | other)) for one in sets for other in sets]
    assert chance_jaccard(d, k) == pytest.approx(float(sum(shares) / len(shares)), rel=1e-14)


def test_chance_is_not_the_ratio_of_expectations():
    # by symmetry one of the two sets may be fixed: C(10, 5) = 252 and C(11, 5) = 462 pairs
    for d, expected in ((10, 0.350), (11, 0.311)):
        overlaps = [len(set(chosen) & set(range(5))) for chosen in combinations(range(d), 5)]
        exact = sum(c / (10 - c) for c in overlaps) / comb(d, 5)
        assert chance_jaccard(d, 5) == pytest.approx(exact) == pytest.approx(expected, abs=5e-4)
        common = 25 / d
        assert abs(chance_jaccard(d, 5) - common / (10 - common)) > 0.01  # the mutant
