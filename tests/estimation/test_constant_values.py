"""A function that is the same at every mask has slopes 0 by least squares, and not the rounding of a fit."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.text.shading import shaded

DESIGNS = [lt.ImageDesign(5), lt.TextDesign(5), lt.ShapleyDesign(5), lt.BernoulliDesign(5, 0.3)]


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: type(design).__name__)
@pytest.mark.parametrize("value", [0.1, -1e6 / 3, 0.0])
def test_slopes_are_0_and_the_intercept_is_the_value(design, value):
    found = lt.estimate(lambda masks: np.full(len(masks), value), design, n=60, rng=0)
    assert found.coefficients.tolist() == [0.0] * 5 and found.intercept == value
    low, high = found.interval(0.95).T
    assert (low <= 0).all() and (high >= 0).all()


def test_values_that_differ_in_their_last_places_are_fitted():
    """Mutant: what is nearly constant counts as constant, without a word of the function that it is rounding."""
    slopes = np.array([3e-16, 0.0, -2e-16])
    found = lt.estimate(lambda masks: masks @ slopes, lt.ImageDesign(3), n=60, rng=0)
    np.testing.assert_allclose(found.coefficients, slopes, rtol=0, atol=1e-28)


def test_of_several_classes_the_others_stay_as_they_are():
    def scores(texts):
        return np.array([[text.count("good"), 0.1] for text in texts])

    first, second = lt.explain_text(scores, "good bad plot", target="all", n=100, rng=0)
    alone = lt.explain_text(scores, "good bad plot", target=0, n=100, rng=0)
    assert first.coefficients.tolist() == alone.coefficients.tolist() and abs(first.coefficients[0] - 1) < 1e-12
    assert second.coefficients.tolist() == [0.0] * 3 and second.intercept == 0.1


def test_no_word_is_coloured_where_the_output_never_changes():
    found = lt.explain_text(lambda texts: [0.3] * len(texts), "good bad plot", n=100, rng=0)
    pieces = [piece for piece in shaded(found, 0.95) if piece.part is not None]
    assert len(pieces) == 3 and {piece.strength for piece in pieces} == {0.0}
    assert not any(piece.certain for piece in pieces)
