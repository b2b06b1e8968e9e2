"""Many fits at once are those of `estimate`, one by one."""

import numpy as np
import pytest
from many_fits import slopes_of_runs

import limetheory as lt


@pytest.mark.parametrize(
    ("design", "ridge"),
    [
        *((design, ridge) for design in (lt.ImageDesign(5), lt.TextDesign(4)) for ridge in (0.0, 3.0)),
        (lt.BernoulliDesign(4, 0.3), 0.0),
        (lt.ShapleyDesign(5), 0.0),
    ],
    ids=str,
)
def test_they_are_those_of_estimate(design, ridge):
    values = np.random.default_rng(0).normal(size=2**design.d)
    rng, same = np.random.default_rng(1), np.random.default_rng(1)
    found = slopes_of_runs(values, design, 60, rng, 3, ridge)
    expected = [lt.estimate(lt.SetFunction(values), design, 60, same, ridge=ridge).coefficients for _ in range(3)]
    assert found == pytest.approx(np.array(expected), abs=1e-9)
    assert np.abs(found - lt.limit(lt.SetFunction(values), design).coefficients).max() > 1e-2
