"""The result type: intervals of the normal and of Student's law."""

import numpy as np
import pytest
from scipy import stats

from limetheory import Explanation


def explanation(freedom: float = np.inf) -> Explanation:
    return Explanation(np.array([0.5, -1.0]), 0.1, np.array([0.1, 0.0]), 10, freedom)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("freedom, law", [(np.inf, stats.norm()), (7.5, stats.t(7.5)), (1.0, stats.cauchy())])
def test_interval_has_the_stated_level(level, freedom, law):
    low, high = explanation(freedom).interval(level).T
    np.testing.assert_allclose((low + high) / 2, [0.5, -1.0], rtol=1e-12)
    assert law.cdf((high[0] - 0.5) / 0.1) - law.cdf((low[0] - 0.5) / 0.1) == pytest.approx(level, rel=1e-9)
    assert low[1] == high[1] == -1.0


def test_an_undetermined_coefficient_has_the_whole_line():
    answer = Explanation(np.array([0.5]), 0.0, np.array([np.inf]), 3, 4.0)
    assert answer.interval().tolist() == [[-np.inf, np.inf]] and answer.d == 1


@pytest.mark.parametrize("level", [0, 1, 95, -0.1, np.nan, np.inf])
def test_a_level_outside_the_unit_interval_is_refused(level):
    with pytest.raises(ValueError, match=r"level must be above 0 and below 1.*write 0.95 for 95 %"):
        explanation().interval(level)


def test_an_explanation_is_frozen():
    with pytest.raises(AttributeError):
        explanation().intercept = 2.0
