"""The change of an explanation: its limit, its standard errors, the masks and evaluations that it takes."""

import numpy as np
import pytest
from pairs_of_inputs import LABELS, MASKED, PLAIN, D, Interacting, edited, naive_limit

import limetheory as lt
from limetheory.inspection import change, image_change

BLACK = {"segments": LABELS, "replacement": 0.0}


def test_the_exact_change_is_the_fit_over_all_masks_by_hand():
    found = change(Interacting(), *MASKED, target=0, exact=True)
    np.testing.assert_allclose(found.difference.coefficients, naive_limit(Interacting(), PLAIN, edited()), atol=1e-12)
    assert not found.difference.standard_errors.any() and found.difference.method == "limit"


def test_swapped_sides_are_told_apart():
    found = change(Interacting(), *MASKED, target=0, exact=True)
    wrong = naive_limit(Interacting(), edited(), PLAIN)
    assert np.abs(found.difference.coefficients - wrong).max() > 0.02


@pytest.mark.parametrize("exact", [True, False])
def test_the_difference_is_that_of_the_two_explanations(exact):
    found = change(Interacting(), *MASKED, exact=exact, n=None if exact else 300, rng=3)
    gap = found.after.coefficients - found.before.coefficients
    np.testing.assert_allclose(found.difference.coefficients, gap, atol=1e-12)
    assert found.after.intercept - found.before.intercept == pytest.approx(found.difference.intercept)


def test_both_sides_are_the_explanations_that_explain_image_gives():
    found = image_change(Interacting(), PLAIN, edited(), **BLACK, n=200, rng=7)
    for side, image in ((found.before, PLAIN), (found.after, edited())):
        alone = lt.explain_image(Interacting(), image, **BLACK, n=200, rng=7, target=found.target)
        np.testing.assert_array_equal(side.coefficients, alone.coefficients)
        np.testing.assert_array_equal(side.standard_errors, alone.standard_errors)


def test_a_generator_draws_what_a_seed_draws_and_moves_on():
    seeded = image_change(Interacting(), PLAIN, edited(), **BLACK, n=100, rng=5)
    source = np.random.default_rng(5)
    first = image_change(Interacting(), PLAIN, edited(), **BLACK, n=100, rng=source)
    second = image_change(Interacting(), PLAIN, edited(), **BLACK, n=100, rng=source)
    np.testing.assert_array_equal(first.difference.coefficients, seeded.difference.coefficients)
    assert np.abs(second.difference.coefficients - first.difference.coefficients).max() > 1e-6


def test_no_image_is_evaluated_twice_but_for_the_checks_of_the_model():
    model = Interacting()
    found = image_change(model, PLAIN, edited(), **BLACK, n=400, rng=0, batch_size=16)
    # of each side the image and the replacement are evaluated again, and the ends of batches of other sizes
    assert len(model.seen) == found.n_evaluations
    assert len(model.seen) - len(set(model.seen)) <= 2 * 20
    assert found.difference.n_evaluations == found.n_evaluations <= 2 * (2**D + 20)


@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_the_answer_does_not_depend_on_the_batch_size(batch_size):
    expected = image_change(Interacting(), PLAIN, edited(), **BLACK, n=150, rng=2)
    found = image_change(Interacting(), PLAIN, edited(), **BLACK, n=150, rng=2, batch_size=batch_size)
    np.testing.assert_allclose(found.difference.coefficients, expected.difference.coefficients, atol=1e-13)


def test_the_class_is_that_before_the_edit_on_both_sides():
    before, after = np.full((6, 12, 3), 0.2), np.full((6, 12, 3), 0.8)
    bright = lambda images: np.stack([1 - images.mean(axis=(1, 2, 3)), images.mean(axis=(1, 2, 3))], 1)  # noqa: E731
    found = image_change(bright, before, after, **BLACK, n=60, rng=0)
    assert found.target == found.before.target == found.after.target == 0
    assert int(np.argmax(found.after.outputs)) == 1
    assert found.prediction.before == pytest.approx(0.8) and found.prediction.change == pytest.approx(-0.6)


def test_the_predictions_hold_the_top_classes_of_both_sides_and_the_one_explained():
    before = np.array([0.5, 0.3, 0.1, 0.06, 0.04])
    after = np.array([0.1, 0.02, 0.08, 0.2, 0.6])
    answers = lambda images: np.where(images.mean(axis=(1, 2, 3))[:, None] > 0.7, after, before)  # noqa: E731
    found = image_change(answers, np.full((6, 12, 3), 0.5), np.full((6, 12, 3), 0.9), **BLACK, target=2, n=60, rng=0)
    assert [one.column for one in found.predictions(1)] == [4, 0, 2]
    assert [one.column for one in found.predictions(5)] == [4, 0, 1, 3, 2]
    assert [one.name for one in found.predictions(1)] == ["4", "0", "2"]


def test_to_a_tolerance_the_difference_and_both_sides_reach_it():
    found = image_change(Interacting(), PLAIN, edited(), **BLACK, tolerance=0.1, rng=0)
    exact = change(Interacting(), *MASKED, exact=True)
    for one, limit in zip(
        (found.before, found.after, found.difference), (exact.before, exact.after, exact.difference), strict=True
    ):
        assert one.stopping.reached and np.abs(one.coefficients - limit.coefficients).max() <= 0.1


def test_bounds_of_the_output_become_those_of_the_difference():
    free = lambda images: 3 * Interacting()(images)[:, :1]  # noqa: E731
    found = image_change(free, PLAIN, edited(), **BLACK, tolerance=0.4, bounds=(0, 3), rng=0)
    assert found.difference.stopping.guarantee == "bounded" and found.difference.stopping.reached


def test_above_reads_the_difference_like_any_explanation():
    exact = change(Interacting(), *MASKED, target=0, exact=True).difference
    low, high = np.argsort(exact.coefficients)[[0, -1]]
    assert lt.above(exact, int(high), int(low)).p_value == 0 and lt.above(exact, int(low), int(high)).p_value == 1
    sampled = change(Interacting(), *MASKED, target=0, n=400, rng=0).difference
    said = lt.above(sampled, int(high), int(low))
    spread = sampled.covariance
    expected = np.sqrt(spread[high, high] + spread[low, low] - 2 * spread[high, low])
    assert said.standard_error == pytest.approx(expected) and said.p_value < 1e-6


def test_an_edit_of_nothing_changes_nothing():
    found = image_change(Interacting(), PLAIN, PLAIN, **BLACK, n=100, rng=0)
    assert not found.difference.coefficients.any() and found.prediction.change == 0


class Halted(Interacting):
    """Ctrl-C at a call."""

    def __init__(self, at):
        super().__init__()
        self.left = at

    def __call__(self, images):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return super().__call__(images)


def test_ctrl_c_gives_the_change_of_the_finished_masks():
    image, labels = np.random.default_rng(3).random((6, 44, 3)), np.repeat([np.arange(44) // 2], 6, axis=0)
    after = image[::-1].copy()
    bright = lambda images: np.sin(9 * images.mean(axis=(1, 3))).sum(axis=1)  # noqa: E731
    calls = []

    def model(images):
        calls.append(len(images))
        if len(calls) == 40:
            raise KeyboardInterrupt
        return bright(images)

    with pytest.raises(lt.Interrupted) as stopped:
        image_change(model, image, after, segments=labels, replacement=0.0, n=600, rng=0, batch_size=8)
    found, n = stopped.value.explanation, stopped.value.sample.n
    asked = len(calls)
    assert 24 < n < 600 and asked == 40  # nothing is evaluated for the partial answer
    gap = found.after.coefficients - found.before.coefficients
    np.testing.assert_allclose(found.difference.coefficients, gap, atol=1e-10)
    whole = image_change(bright, image, after, segments=labels, replacement=0.0, n=600, rng=0, batch_size=8)
    errors = np.abs(found.difference.coefficients - whole.difference.coefficients) / found.difference.standard_errors
    assert errors.max() < 5


def test_ctrl_c_before_there_are_masks_enough_has_no_change():
    with pytest.raises(lt.Interrupted) as stopped:
        image_change(Halted(6), PLAIN, edited(), **BLACK, n=100, rng=0, batch_size=2)
    assert stopped.value.explanation is None


@pytest.mark.parametrize(("options", "message"), [
    ({"exact": True, "n": 50}, r"exact evaluates every mask, got Masks\(n=50"),
    ({"exact": True, "tolerance": 0.1}, "exact evaluates every mask, got "),
    ({"exact": True, "ridge": 1.0}, "exact evaluates every mask, got "),
    ({"level": 0.5}, "level is for a tolerance, got 0.5 without one"),
    ({"target": 2}, "target must be below the number of columns the model returns, 2, got 2"),
])  # fmt: skip
def test_options_that_do_not_go_together_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        image_change(Interacting(), PLAIN, edited(), **BLACK, **options)


def test_too_many_parts_for_an_exact_change_are_refused_with_what_works():
    labels = np.repeat([np.arange(30) // 2], 4, axis=0)
    image = np.random.default_rng(0).random((4, 30))
    mean = lambda images: images.mean(axis=(1, 2))  # noqa: E731
    with pytest.raises(ValueError, match="limited to d ≤ 14, got d = 15; leave it out, which draws masks"):
        image_change(mean, image, image[::-1], segments=labels, exact=True)
    assert image_change(mean, image, image[::-1], segments=labels, n=50, rng=0).d == 15
