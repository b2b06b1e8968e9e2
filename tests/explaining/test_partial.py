"""What a watcher is told of an explanation while it is made; the answer has the same numbers, and nothing is evaluated
twice."""

import counting_model
import numpy as np
import pytest

import limetheory as lt
from limetheory.explaining.partial import watched

OPTIONS = {"target": 0, "rng": 3, "batch_size": 16}


def lengths(texts):
    return [float(len(one)) for one in texts]


def explained(model, seen=None, **options):
    masked = counting_model.masked_image()
    arguments = {"segments": masked.segments, "replacement": 0.0, **OPTIONS, **options}
    if seen is None:
        return lt.explain_image(model, masked.image, **arguments)
    with watched(seen, gap=0):
        return lt.explain_image(model, masked.image, **arguments)


def test_a_watcher_changes_neither_the_answer_nor_the_evaluations():
    alone, beside, seen = counting_model.Counting(), counting_model.Counting(), []
    first, second = explained(alone, n=300), explained(beside, seen.append, n=300)
    assert first.coefficients.tobytes() == second.coefficients.tobytes()
    assert first.standard_errors.tobytes() == second.standard_errors.tobytes()
    assert alone.seen == beside.seen and alone.batches == beside.batches
    assert any(one.explanation is not None for one in seen)


@pytest.mark.slow
def test_an_explanation_to_a_tolerance_is_watched_as_well():
    words, seen = " ".join("abcdefghijklmnopqrstuvwxyz"), []
    asked = {"tolerance": 0.5, "bounds": (0, 51), "rng": 0}
    alone = lt.explain_text(lengths, words, **asked)
    with watched(seen.append, gap=0):
        beside = lt.explain_text(lengths, words, **asked)
    assert alone.coefficients.tobytes() == beside.coefficients.tobytes()
    assert any(one.explanation is not None for one in seen)


def test_a_partial_explanation_is_that_of_its_masks_alone():
    # design masks come from one stream, so that the first masks of 300 are those of a shorter explanation
    seen = []
    explained(counting_model.Counting(exact=False), seen.append, n=300)
    parts = [one.explanation for one in seen if one.explanation is not None]
    assert len(parts) >= 3 and len({one.n_masks for one in parts}) == len(parts)
    for part in parts:
        alone = explained(counting_model.Counting(exact=False), n=part.n_masks)
        np.testing.assert_allclose(part.coefficients, alone.coefficients, rtol=0, atol=1e-12)
        np.testing.assert_allclose(part.standard_errors, alone.standard_errors, rtol=1e-9)


def test_steps_count_the_masks_up_to_all_of_them():
    seen = []
    explained(counting_model.Counting(), seen.append, n=300)
    counts = [one.done for one in seen]
    assert counts == sorted(counts) and counts[-1] == 300 and {one.total for one in seen} == {300}


def test_a_gap_leaves_out_explanations_but_no_step():
    masked, seen = counting_model.masked_image(), []
    with watched(seen.append, gap=3600):
        lt.explain_image(
            counting_model.Counting(), masked.image, segments=masked.segments, replacement=0.0, n=300, **OPTIONS
        )
    assert sum(one.explanation is not None for one in seen) == 1 and len(seen) >= 3


def test_a_watcher_ends_the_explanation_as_ctrl_c_does():
    def until_100(part):
        if part.done >= 100:
            raise KeyboardInterrupt

    model = counting_model.Counting()
    with pytest.raises(lt.Interrupted) as caught:
        explained(model, until_100, n=100_000)
    found = caught.value.explanation
    assert 100 <= found.n_masks < 300 and len(model.seen) < 400
    assert found.target == 0 and found.segments.max() == counting_model.D - 1


def test_nothing_is_told_behind_the_block():
    seen = []
    explained(counting_model.Counting(), seen.append, n=60)
    told = len(seen)
    explained(counting_model.Counting(), n=60)
    assert len(seen) == told


def test_texts_are_watched_too():
    seen = []
    with watched(seen.append, gap=0):
        answer = lt.explain_text(lengths, "a bc def", n=80, rng=0)
    assert seen[-1].explanation.tokens == answer.tokens
