"""Which segments are shown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limetheory.metrics import shown

DISTINCT = st.lists(st.integers(-9, 9).map(lambda x: x / 4), min_size=1, max_size=9, unique=True)


def public(c):
    """The rule of the public code by loops: order by |c| as lime does, keep positive ones, take the first m."""
    mean, sd = sum(c) / len(c), np.sqrt(sum((x - sum(c) / len(c)) ** 2 for x in c) / len(c))
    m = min(max(sum(abs(x - mean) > 1.5 * sd for x in c), 1), 3)
    ranked = sorted(range(len(c)), key=lambda j: -abs(c[j]))
    return set([j for j in ranked if c[j] > 0][:m])


@given(DISTINCT)
def test_public_rule_is_that_of_the_loop(c):
    assert set(np.flatnonzero(shown(c)).tolist()) == public(c)


@given(DISTINCT, st.integers(1, 12))
def test_top_k(c, k):
    assert set(np.flatnonzero(shown(c, k)).tolist()) == {j for j in np.argsort(-np.array(c))[:k] if c[j] > 0}


@pytest.mark.slow
@given(st.lists(st.integers(-2, 2), min_size=1, max_size=8), st.sampled_from(["public", 1, 2, 3]), st.randoms())
def test_numbering_does_not_matter(c, rule, random):
    order = random.sample(range(len(c)), len(c))
    c = np.array(c, float)
    assert (shown(c[order], rule) == shown(c, rule)[order]).all()


def test_at_most_three_segments_are_shown_and_only_positive_ones():
    c = np.zeros(100)
    c[:5] = 1 + np.arange(5) / 10
    assert np.flatnonzero(shown(c)).tolist() == [2, 3, 4]
    assert not shown([-1.0, 0.0]).any() and shown([2.0]).all()


@pytest.mark.parametrize(("rule", "kind"), [("private", ValueError), (0, ValueError), (1.5, TypeError)])
def test_bad_arguments_are_refused(rule, kind):
    with pytest.raises(kind, match="rule must be"):
        shown([1.0], rule)
    with pytest.raises(ValueError, match="at least one segment"):
        shown([])
