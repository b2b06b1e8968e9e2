"""Plain float64 where products stay in its range agrees with scaled numbers up to the end of the range."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import limetheory as lt
from limetheory.limits.factor_moments import factor_moments
from limetheory.limits.plain import in_range

D = 60
DESIGNS = [lt.ImageDesign(D), lt.ImageDesign(D, bandwidth=0.05), lt.ShapleyDesign(D), lt.BernoulliDesign(D),
           lt.SizeLawDesign(np.eye(D + 1)[20] + np.eye(D + 1)[21])]  # fmt: skip


def edge(log_mass, share, seed):
    """Positive factors on both sides of 1 that use a share of the bits that are left."""
    bits = share * (1000 - D - np.ptp(log_mass[np.isfinite(log_mass)]) / np.log(2)) / D
    return 2.0 ** (bits * np.random.default_rng(seed).choice([-1, 1], (2, 5, D)))


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS, ids=repr)
@settings(max_examples=20)
@example(share=0.999, seed=0)
@given(share=st.floats(0.01, 0.999), seed=st.integers(0, 100))
def test_up_to_the_edge_of_the_range_both_arithmetics_agree(design, share, seed):
    on, off = edge(design.log_mass, share, seed)
    assert in_range(on, off, design.log_mass) and not in_range(on, off * 2.0**17, design.log_mass)
    plain = factor_moments(design, on, off)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("limetheory.limits.factor_moments.in_range", lambda *_: False)
        exact = factor_moments(design, on, off)
    size = exact.means.exponent[:, None]
    np.testing.assert_allclose(plain.means.at(size[:, 0]), exact.means.at(size[:, 0]), rtol=1e-12)
    for one, other in zip(plain[1:], exact[1:], strict=True):
        top = size if one.value.ndim == 2 else size[:, 0]
        np.testing.assert_allclose(one.at(top), other.at(top), rtol=0, atol=1e-12)


def test_factors_of_zero_leave_the_range_alone():
    on, off = np.zeros((1, 3)), np.full((1, 3), 1e-3)
    assert in_range(on, off, np.zeros(4)) and not in_range(on, np.full((1, 3), 5e-324), np.zeros(4))
