"""Repeated explanations: indices against their definitions, costs beforehand, and the forecast beside them."""

from itertools import combinations

import numpy as np
import pytest
from pairs_of_inputs import LABELS, PLAIN, Interacting
from scipy.stats import spearmanr

import limetheory as lt
from limetheory.explanation import Explanation
from limetheory.inspection import StabilityPlan, Unfinished, agreement, image_stability_test, stability_test
from limetheory.inspection.agreement import over_pairs

MASKED = lt.MaskedImage(PLAIN, LABELS, 0.0)


def test_the_indices_are_their_definitions_by_hand():
    found = stability_test(Interacting(), MASKED, plan=StabilityPlan(seeds=5, n=60), k=2, rng=1)
    runs, pairs = found.explanations, list(combinations(range(5), 2))
    chosen = [set(np.argsort(-np.abs(one.coefficients))[:2].tolist()) for one in runs]
    vsi = np.mean([len(chosen[i] & chosen[j]) / 2 for i, j in pairs])
    ends = [one.interval(0.95) for one in runs]
    csi = np.mean([
        np.mean([not (a[1] < b[0] or b[1] < a[0]) for a, b in zip(ends[i], ends[j], strict=True)]) for i, j in pairs
    ])  # fmt: skip
    ranks = np.mean([spearmanr(runs[i].coefficients, runs[j].coefficients).statistic for i, j in pairs])
    assert found.seeds.variables.mean == pytest.approx(vsi)
    assert found.seeds.coefficients.mean == pytest.approx(csi)
    assert found.seeds.ranks.mean == pytest.approx(ranks)


def test_the_jackknife_is_the_one_of_the_definition():
    rng = np.random.default_rng(0)
    x = rng.normal(size=9)
    kernel = lambda i, j: 1 - abs(x[i] - x[j]) / 9  # noqa: E731
    found = over_pairs(kernel, 9, 0.9, -9.0)

    def mean(places):
        return np.mean([kernel(i, j) for i, j in combinations(places, 2)])

    pseudo = [9 * mean(range(9)) - 8 * mean([i for i in range(9) if i != left]) for left in range(9)]
    half = 1.8595 * np.std(pseudo, ddof=1) / 3  # the 95 % quantile of Student's t at 8 degrees of freedom
    assert found.mean == pytest.approx(mean(range(9)))
    np.testing.assert_allclose([found.low, min(found.mean + half, 1.0)], [found.mean - half, found.high], atol=1e-4)


@pytest.mark.slow
def test_intervals_of_the_indices_hold_their_means():
    """Of 200 tests of 10 runs each; a coverage of 0.95 fails and one of 0.8 passes with probability below 0.001."""
    rng = np.random.default_rng(0)
    means, errors = np.array([0.5, 0.45, 0.3, 0.28, 0.1, 0.05]), 0.1
    many = means + errors * rng.normal(size=(100_000, 6))
    order = np.argsort(np.argsort(many, axis=1), axis=1).mean(axis=0)
    selected = (np.argsort(np.argsort(-np.abs(many), axis=1), axis=1) < 2).mean(axis=0)
    # of independent runs, E|S ∩ S'| = Σ P(j ∈ S)², and the mean of Spearman's correlation is that of the mean ranks
    truth = {"variables": (selected**2).sum() / 2, "ranks": ((order - 2.5) ** 2).sum() / 17.5}
    drawn = means + errors * rng.normal(size=(200, 10, 6))
    found = [agreement([Explanation(one, 0.0, np.full(6, errors), 100) for one in runs], 2) for runs in drawn]
    for index, mean in truth.items():
        ends = [getattr(one, index) for one in found]
        assert abs(np.mean([one.mean for one in ends]) - mean) < 0.02
        assert sum(one.low <= mean <= one.high for one in ends) >= 178


def test_full_agreement_is_no_certainty():
    same = [Explanation(np.array([0.9, 0.1]), 0.0, np.full(2, 0.01), 100)] * 10
    found = agreement(same, 1)
    # five disjoint pairs agree with probability 0.05 where one does with 0.55
    assert found.variables.mean == 1 and found.variables.low == pytest.approx(0.05**0.2)
    two = agreement(same[:2], 1)
    assert two.variables.mean == 1 and np.isnan(two.variables.low)


def test_the_forecast_of_one_run_stands_beside_the_repetition():
    found = stability_test(Interacting(), MASKED, plan=StabilityPlan(seeds=8, n=60), k=2)
    assert found.forecast.variables_index == lt.stability(found.explanations[0], 2).variables_index
    first = lt.explain_image(
        Interacting(), PLAIN, segments=LABELS, replacement=0.0, n=60,
        rng=int(np.random.default_rng(0).integers(1 << 31, size=8)[0]),
    )  # fmt: skip
    np.testing.assert_array_equal(found.explanations[0].coefficients, first.coefficients)


@pytest.mark.slow
def test_it_says_beforehand_how_many_evaluations_it_takes_at_most():
    plan, model = StabilityPlan(seeds=4, segment_counts=(4, 9), noises=3, n=80), Interacting()
    found = image_stability_test(model, np.kron(PLAIN, np.ones((2, 1, 1))), segments="grid", plan=plan, k=3)
    assert plan.explanations == 9 and found.n_evaluations == len(model.seen) <= plan.evaluations
    assert str(plan) == f"9 explanations of 80 masks: at most {plan.evaluations:,} evaluations"
    assert len(found.counts) == 2 and found.noise.runs == 4 and len(found.explanations) == 4


def test_seeds_share_the_masks_that_they_have_in_common():
    model = Interacting()
    stability_test(model, MASKED, plan=StabilityPlan(seeds=6, n=200), k=2)
    assert len(model.seen) <= 2**6 + 20  # 1,200 masks of six superpixels


def test_under_noise_the_masks_are_those_of_the_first_explanation():
    still = StabilityPlan(seeds=2, noises=2, deviation=0.0, n=60)
    found = image_stability_test(Interacting(), PLAIN, segments=LABELS, replacement=0.0, plan=still, k=2)
    assert found.noise.variables.mean == found.noise.coefficients.mean == found.noise.ranks.mean == 1
    moved = StabilityPlan(seeds=2, noises=4, deviation=0.5, n=60)
    loud = image_stability_test(Interacting(), PLAIN, segments=LABELS, replacement=0.0, plan=moved, k=2)
    assert loud.noise.ranks.mean < 0.95


def test_texts_and_rows_are_tested_too():
    stars = lambda texts: [3.0 + text.count("good") - 2.0 * text.count("bad") for text in texts]  # noqa: E731
    found = stability_test(stars, lt.MaskedText("a good plot, bad cast"), plan=StabilityPlan(3, n=100))
    assert found.k == 5 and found.seeds.variables.mean == 1
    training = np.random.default_rng(0).normal(size=(100, 3))
    rows = stability_test(
        lambda rows: rows[:, 0], lt.MaskedRow(training[0], training), plan=StabilityPlan(3, n=300), k=1
    )
    assert rows.seeds.variables.mean == 1 and rows.seeds.runs == 3
    assert len({one.coefficients[0] for one in rows.explanations}) == 3


@pytest.mark.slow
def test_ctrl_c_gives_what_the_finished_explanations_say():
    calls = []
    image, labels = np.random.default_rng(3).random((6, 60, 3)), np.repeat([np.arange(60) // 2], 6, axis=0)

    def model(images):
        calls.append(len(images))
        if sum(calls) > 500:
            raise KeyboardInterrupt
        return images.mean(axis=(1, 2, 3)) ** 2

    with pytest.raises(Unfinished, match="interrupted after 4 of 10 explanations") as stopped:
        image_stability_test(model, image, segments=labels, plan=StabilityPlan(seeds=10, n=100), k=3)
    assert stopped.value.answer.seeds.runs == 4


def test_wrong_arguments_are_refused_with_what_works():
    with pytest.raises(ValueError, match="noises and segment_counts are for photographs, got 2 and"):
        stability_test(Interacting(), MASKED, plan=StabilityPlan(noises=2))
    with pytest.raises(ValueError, match="segment_counts need a method of segmentation, got a label map with"):
        image_stability_test(Interacting(), PLAIN, segments=LABELS, plan=StabilityPlan(segment_counts=(4,)))
    with pytest.raises(ValueError, match="k must be at most the number of parts, 6, got 7; select fewer"):
        stability_test(Interacting(), MASKED, k=7)
    with pytest.raises(ValueError, match="seeds must be at least 2, got 1; a single explanation agrees with itself"):
        StabilityPlan(seeds=1)
    with pytest.raises(TypeError, match="plan must be of the class StabilityPlan, got 3; make one, such as Stab"):
        stability_test(Interacting(), MASKED, plan=3)


@pytest.mark.slow
def test_a_test_shows_itself():
    plan = StabilityPlan(seeds=4, segment_counts=(4,), noises=2, n=60)
    found = image_stability_test(Interacting(), PLAIN, segments="grid", replacement=0.0, plan=plan, k=2)
    text = str(found)
    assert all(words in text for words in ("VSI", "CSI", "forecast", "under noise", "area in common"))
    assert found._repr_html_().count("<table>") == 2 and len(found.plot().axes) == 2
