"""The check for dependence on the batch: its tolerance, which batches it sees, and how many images it evaluates."""

import naive
import numpy as np
import pytest
from batch_models import ALONE, IMAGE, LABELS, OTHER, D, Normed, capacity, centred, check, means

import limetheory as lt
from limetheory.explaining import batch_dependence, model_function
from limetheory.metrics import Predictions


def test_the_answers_alone_pass():
    check()


@pytest.mark.parametrize(("change", "passes"), [(0.5, True), (2.0, False)])
@pytest.mark.parametrize("image", [0, 1])
def test_the_tolerance_is_64_units_of_float32_in_the_last_place(change, passes, image):
    moved = [ALONE, OTHER]
    moved[image] = moved[image] + np.array([change * 64 * 2.0**-23 * 0.9, 0])
    if passes:
        check(moved)
    else:
        with pytest.raises(ValueError, match="in a batch of others"):
            check(moved)


def test_more_rounding_than_float32_s_passes_where_copies_show_the_same():
    moved = [ALONE + np.array([2e-3, -2e-3]), OTHER + np.array([-1e-3, 1e-3])]  # bfloat16
    check(moved, moved)


def test_an_answer_that_depends_on_the_batch_s_size_is_refused():
    half = [ALONE / 2, OTHER / 2]
    with pytest.raises(ValueError, match=r"got 0\.9 alone and 0\.45 in a batch of 2 \(column 0\)"):
        check(half, half)


def test_nan_in_a_batch_is_refused_and_nan_always_is_left_to_those_who_use_it():
    with pytest.raises(ValueError, match=r"got 0\.9 alone and nan in a batch of 2"):
        check([np.array([np.nan, 0.1]), OTHER], target=1)
    lost = [ALONE, np.array([np.nan, 0.8])]
    check(lost, lost, lost)


def test_a_small_target_is_measured_by_its_own_size():
    alone, pair = ([1.0, 1e-5], [1.0, 3e-5]), ([1.0, 1.2e-5], [1.0, 3e-5])
    check(pair, pair, alone)
    with pytest.raises(ValueError, match="in a batch of others"):
        check(pair, alone, alone, target=1)


def test_each_of_the_four_answers_in_batches_counts():
    for order in (0, 1), (1, 0):
        for place in (0, 1):

            def ask(batch, order=order, place=place):
                rows = np.array([(ALONE, OTHER)[image] for image in batch])
                rows[place if batch == order else 0] += 0.01 * (batch == order)
                return rows

            with pytest.raises(ValueError, match="in a batch of 2"):
                batch_dependence.check_batch_dependence(ALONE, ask, 2, 0)


def test_the_check_evaluates_five_more_images_once():
    model = Normed()
    for size in (16, 3, 2, 1):
        function = lt.ModelFunction(model, lt.MaskedImage(IMAGE, LABELS), 0, size)
        assert function.n_evaluations == 1
        function(naive.masks(D)[:20]), function(naive.masks(D))
        assert function.n_evaluations == 2**D + 5


def test_the_check_evaluates_two_more_images_for_batches_twice_as_large():
    function = lt.ModelFunction(means, lt.MaskedImage(IMAGE, LABELS, 0.0), 0, 16)
    expected = 1
    for start, stop, checked in (0, 1, 5), (1, 4, 2), (4, 8, 0), (8, 14, 2), (14, 25, 0), (25, 41, 2), (41, 57, 0):
        function(naive.masks(D)[start:stop])
        expected += stop - start + checked
        assert function.n_evaluations == expected


@pytest.mark.parametrize("first", [1, 2, 5])
def test_what_mixes_larger_batches_only_is_seen_behind_smaller_ones(first):
    function = lt.ModelFunction(capacity, lt.MaskedImage(IMAGE, LABELS, 0.0), 0)
    function(naive.masks(D)[1 : 1 + first])
    with pytest.raises(ValueError, match=r"got \S+ alone and 0 in a batch of 16"):
        function(naive.masks(D))


@pytest.mark.parametrize("model", [capacity, centred])
def test_what_mixes_larger_batches_only_gave_other_values(model, monkeypatch):
    masked, design = lt.MaskedImage(IMAGE, LABELS, 0.0), lt.ImageDesign(D)
    with pytest.raises(ValueError, match="in a batch of 16"):
        lt.limit(lt.ModelFunction(model, masked, 0), design)
    monkeypatch.setattr(model_function, "check_ends", lambda *answers: None)  # mutant: the two images alone
    found = [lt.limit(lt.ModelFunction(model, masked, 0, size), design).coefficients for size in (1, 2, 16)]
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-12)
    assert np.abs(found[0] - found[2]).max() > 1e-3


def ends(rows, copies=None):
    """The sizes of the batches that the check asks for, given answers to a batch from ALONE to OTHER."""
    batches = []

    def ask(batch):
        batches.append(len(batch))
        source = (ALONE, OTHER) if len(batch) == 1 or copies is None else copies
        return np.array([source[image] for image in batch])

    batch_dependence.check_ends(np.array(rows), ask, 0)
    return batches


def test_the_answers_at_both_ends_count_and_those_between_do_not():
    for place, passes in enumerate((False, True, False)):
        rows = np.array([ALONE, OTHER, OTHER])
        assert ends(rows) == [1, 1]
        rows[place] += 0.01
        if passes:
            assert ends(rows) == [1, 1]
        else:
            with pytest.raises(ValueError, match=r"alone and \S+ in a batch of 3"):
                ends(rows)


def test_more_rounding_than_float32_s_at_both_ends_costs_one_batch_of_copies():
    moved = [ALONE + np.array([2e-3, -2e-3]), OTHER + np.array([-1e-3, 1e-3])]  # bfloat16
    assert ends([moved[0], OTHER, OTHER, moved[1]], moved) == [1, 1, 4]
    with pytest.raises(ValueError, match="in a batch of 4"):  # mutant: copies that show no rounding
        ends([moved[0], OTHER, OTHER, moved[1]])


@pytest.mark.slow
def test_metrics_and_gradients_refuse_it_too():
    model = Normed(track_running_stats=False)
    with pytest.raises(ValueError, match="in a batch of others"):
        Predictions(lt.ModelFunction(model, lt.MaskedImage(IMAGE, LABELS), 0)).classes(naive.masks(D))
    with pytest.raises(ValueError, match="in a batch of others"):
        lt.superpixel_integrated_gradients(model, IMAGE, LABELS, target=0)
