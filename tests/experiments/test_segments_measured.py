"""The experiment segments: explanations against sums over all masks, scores against loops, and its forward passes."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from skimage.data import astronaut

import limetheory as lt
from experiments.segments import cost
from experiments.segments.answers import REFERENCE, SAMPLE, SHAPLEY, adjusted_r_squared, answers, distance, sampled
from experiments.segments.cuts import cuts
from experiments.segments.measure import Picture
from experiments.segments.scorer import Scorer, nearest_area, rounded
from experiments.segments.settings import CLASSICAL, Settings
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import draw
from limetheory.metrics import Predictions, kept_area_preservation

SMALL = replace(Settings().small(), counts=(4, 9), exact=5)
SIDE = 24


class Stripes(torch.nn.Module):
    """Three classes by the brightness of three stripes; it counts the images that it evaluates."""

    def __init__(self):
        super().__init__()
        self.seen = 0

    def forward(self, images):
        self.seen += len(images)
        means = torch.stack([part.mean(dim=(1, 2, 3)) for part in images.chunk(3, dim=3)], dim=1)
        return (8 * means**2).softmax(dim=1)


@pytest.fixture(scope="module")
def photo():
    return astronaut()[::4, ::4] / 255


@pytest.fixture
def picture():
    image = np.random.default_rng(0).random((SIDE, SIDE, 3)) * np.linspace(0.2, 1, SIDE)[None, :, None]
    return Picture(Stripes(), image, SMALL)


def grid(count):
    return lt.images.segment(np.zeros((SIDE, SIDE, 3)), "grid", count)


def brute_force(values, design):
    """Weighted least squares over all masks, from the definition."""
    d = design.d
    masks = np.array([[(index >> j) & 1 for j in range(d)] for index in range(1 << d)])
    root = np.sqrt(design.weight(masks.astype(bool)) / 2**d)
    columns = np.column_stack([np.ones(1 << d), masks]) * root[:, None]
    beta = np.linalg.lstsq(columns, values * root, rcond=None)[0]
    left = (values * root - columns @ beta) @ (values * root - columns @ beta)
    centred = values - np.average(values, weights=root**2)
    return beta[1:], 1 - left / (root**2 @ centred**2)


def test_with_few_segments_the_reference_is_least_squares_over_all_masks():
    F = lt.SetFunction(np.random.default_rng(1).random(16))
    found = {(one.name, one.seed): one for one in answers(F, SMALL)}
    beta, r_squared = brute_force(F.values, lt.ImageDesign(4))
    reference = found[REFERENCE, 0]
    assert reference.coefficients == pytest.approx(beta, abs=1e-12) and reference.about["exact"]
    assert reference.about["r_squared"] == pytest.approx(r_squared, abs=1e-12)
    assert found[SHAPLEY, 0].coefficients.sum() == pytest.approx(F.values[-1] - F.values[0])
    assert set(found) == {(REFERENCE, 0), (SHAPLEY, 0), *((SAMPLE, s) for s in range(2)),
                          *((name, 0) for name in SMALL.variants)}  # fmt: skip
    one = found[SAMPLE, 1]
    assert one.about["error"] == pytest.approx(((one.coefficients - beta) ** 2).sum() / (beta**2).sum())
    assert 0 < one.about["error"] and not one.about["exact"]


def test_with_many_segments_the_reference_is_a_better_estimate():
    F = lt.Multilinear(9, {(j,): 1 / (j + 1) for j in range(9)} | {(0, 1): 0.5, (2, 5): -0.4})
    exact = lt.limit(F, lt.ImageDesign(9)).coefficients
    found = list(answers(F, replace(SMALL, n=64)))
    assert [one.name for one in found] == [REFERENCE, SAMPLE]
    off = [((one.coefficients - exact) ** 2).sum() for one in found]
    assert off[0] < off[1] / 4
    assert found[1].about["error"] == pytest.approx(distance(found[1].coefficients, found[0].coefficients)["error"])


def test_r_squared_is_that_of_a_loop_and_1_of_a_line():
    design = lt.ImageDesign(4)
    F = lt.SetFunction(np.random.default_rng(2).random(16))
    sample = draw(F, design, 60, np.random.default_rng(0))
    fit = wls(sample, 0.0, design)
    mean = sum(w * y for w, y in zip(sample.weights, sample.values, strict=True)) / sample.weights.sum()
    left = spread = 0.0
    for mask, w, y in zip(sample.masks, sample.weights, sample.values, strict=True):
        left += w * (y - fit.intercept - mask @ fit.coefficients) ** 2
        spread += w * (y - mean) ** 2
    assert adjusted_r_squared(sample, fit) == pytest.approx(1 - left / spread * 59 / 55)
    line = sampled(lt.Additive([1.0, 2.0, 3.0, 4.0]), design, 60, 0, np.arange(4) + 1.0)
    assert line.about["r_squared"] == pytest.approx(1) and line.about["error"] == pytest.approx(0, abs=1e-20)
    flat = sampled(lt.SetFunction(np.ones(16)), design, 60, 0, np.zeros(4))
    assert np.isnan(flat.about["r_squared"]) and np.isnan(flat.about["error"]) and np.isnan(flat.about["agreement"])


@pytest.mark.slow
def test_the_adjusted_r_squared_of_noise_is_near_0_and_the_plain_one_is_not():
    """10 degrees of freedom of 60: the mean of 200 adjusted ones is within 4 standard errors of 0."""
    found = []
    for seed in range(200):
        F = lt.SetFunction(np.random.default_rng(seed).normal(size=1024))
        found.append(sampled(F, lt.BernoulliDesign(10), 60, seed, np.ones(10)).about["r_squared"])
    plain = 1 - (1 - np.array(found)) * 49 / 59
    error = np.std(found) / 200**0.5
    assert abs(np.mean(found)) < 4 * error
    assert np.mean(plain) > 8 * error  # the mutant: without the adjustment


def test_scores_are_those_of_loops_over_the_steps(picture):
    labels, c = grid(4), np.array([0.3, -0.1, 0.9, 0.2])
    ((row, *_),) = [list(picture.rows(4, labels))]
    scorer = _scorer(picture, labels)
    found = scorer(c)
    sizes = [np.mean(labels == j) for j in range(4)]
    ways = {}
    for name, order in (("mif", [2, 0, 3, 1]), ("lif", [1, 3, 0, 2])):
        gone, area, shares, values = picture.image.copy(), 0.0, [0.0], [_answer(picture, picture.image)]
        for j in order:
            gone[labels == j] = SMALL.removed
            area += sizes[j]
            shares.append(area)
            values.append(_answer(picture, gone))
        ways[name] = np.trapezoid(values, shares)
    assert found["mif"] == pytest.approx(ways["mif"], abs=1e-6)
    assert found["srg"] == pytest.approx(ways["lif"] - ways["mif"], abs=1e-6)
    kept = picture.image.copy()
    kept[labels != 2] = SMALL.removed
    assert found["kept_area"] == found["gone_area"] == sizes[2]
    assert found["preserved"] == (_class(picture, kept) == _class(picture, picture.image))
    gone = picture.image.copy()
    gone[labels == 2] = SMALL.removed
    assert found["deleted"] == (_class(picture, gone) != _class(picture, picture.image))
    assert {"count", "segments", "answer", "sample", "exact", *found} < set(row)


def _scorer(picture, labels):
    masked = lt.MaskedImage(picture.image, labels, SMALL.removed)
    whole = Predictions(lt.ModelFunction(picture.network, masked, picture.pixels.target))
    return Scorer(whole, picture.pixels, labels, (SMALL.kept, SMALL.gone), SMALL.steps)


def _outputs(picture, image):
    with torch.inference_mode():
        return picture.network(torch.as_tensor(image[None], dtype=torch.float32).permute(0, 3, 1, 2))[0]


def _answer(picture, image):
    return float(_outputs(picture, image)[picture.pixels.target])


def _class(picture, image):
    return int(_outputs(picture, image).argmax())


def test_scores_do_not_depend_on_the_numbers_of_the_segments(picture):
    labels, c = grid(9), np.random.default_rng(3).normal(size=9)
    number = np.random.default_rng(4).permutation(9)
    other = np.empty(9)
    other[number] = c
    one, renumbered = _scorer(picture, labels)(c), _scorer(picture, number[labels])(other)
    assert {name: renumbered[name] for name in one} == pytest.approx(one, abs=1e-6)
    assert one["srg"] == pytest.approx(-_scorer(picture, labels)(-c)["srg"], abs=1e-6)  # the mutant: a reversed order


def test_equal_coefficients_that_differ_by_rounding_are_tied():
    assert len(set(rounded(np.array([0.1 + 0.2, 0.3])))) == 1
    assert len(set(rounded(np.array([0.1 + 1e-6, 0.1])))) == 2
    assert rounded(np.zeros(2)).tolist() == [0, 0]


@pytest.mark.parametrize("area", [0.1, 0.25, 0.5])
def test_the_set_of_nearest_area_is_that_of_kept_area_preservation(picture, area):
    labels, c = grid(9), np.random.default_rng(5).normal(size=9)
    scorer = _scorer(picture, labels)
    kept = nearest_area(c, scorer.sizes, area)
    assert scorer.sizes[kept].sum() == pytest.approx(kept_area_preservation(scorer.whole, c, area).area)
    assert set(np.argsort(-c)[: kept.sum()]) == set(np.flatnonzero(kept))


@pytest.mark.parametrize("segmenter", ["higra", *CLASSICAL])
def test_cuts_have_labels_0_to_d_minus_1_near_the_wanted_numbers(photo, segmenter):
    settings = replace(Settings(), working_side=128)
    found = cuts(photo, segmenter, settings, 48)
    for count in settings.counts:
        labels = found[count]
        assert labels.shape == (48, 48) and np.array_equal(np.unique(labels), np.arange(labels.max() + 1))
        assert abs(labels.max() + 1 - count) <= count / 2
    if segmenter == "higra":
        assert all(len(np.unique(found[8][found[16] == j])) == 1 for j in range(found[16].max() + 1))


def test_the_parameters_of_each_count_are_those_that_were_chosen(photo):
    settings = replace(Settings(), working_side=128)
    other = replace(settings, candidates=(("slic", (3, 0, 0)),))
    one, two = (cuts(photo, "slic", each, 48) for each in (settings, other))
    assert not np.array_equal(one[8], two[8]) and np.array_equal(one[16], two[16])
    assert settings.digest() != other.digest()


def test_a_photograph_of_one_colour_is_refused():
    with pytest.raises(ValueError, match="a cut must have two segments or more, got 1 of 8 from higra; leave it out"):
        cuts(np.full((40, 40, 3), 0.5), "higra", Settings(), 48)


def test_no_mask_is_evaluated_twice_and_the_passes_were_foretold(picture):
    rows = [row for count in SMALL.counts for row in picture.rows(count, grid(count))]
    assert picture.network.seen == picture.evaluations
    assert cost.passes(SMALL) / 3 < picture.evaluations <= cost.passes(SMALL)
    hidden = picture.functions[1]
    known = hidden.n_evaluations
    assert 16 <= known <= 16 + cost.CHECKS
    hidden(np.ones((3, 4), bool))
    assert hidden.n_evaluations == known
    assert [row["answer"] for row in rows].count(REFERENCE) == 2
