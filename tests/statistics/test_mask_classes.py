"""What thm:bound needs of a design, against sums and maxima over all masks in whitened coordinates."""

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.statistics.mask_classes import mask_classes

CASES = [case for d in (2, 3, 5) for case in (*naive.exchangeable(d), ("ShapleyDesign", (d,)))]


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_moments_and_maxima_are_those_over_all_masks(case):
    (law, weight, u, w), found = naive.whitened(case), mask_classes(getattr(lt, case[0])(*case[1]))
    drawn, inner, length = law > 0, u @ w, np.linalg.norm(u, axis=1)
    noise = np.linalg.norm(inner[:, None] * u - w, axis=1)
    assert found.parameters == u.shape[1]
    np.testing.assert_allclose((law * u.T) @ u, np.eye(u.shape[1]), atol=1e-9)
    for value, expected in {
        "diagonal": (found.diagonal, w @ w),
        "R": (found.radius, max(length[drawn] ** 2)),
        "E[π² a²]": (found.mean_square_influence, law @ (weight * inner**2)),
        "max π |a|": (found.largest_influence, max(np.abs(np.sqrt(weight) * inner)[drawn])),
        "max √(π ℓ) |a|": (found.largest_fitted_influence, max(np.abs(inner * length)[drawn])),
        "max √(π ℓ)": (found.largest_score, max((np.sqrt(weight) * length)[drawn])),
        "E ‖√π a u − w‖²": (found.gram_noise[0], law @ noise**2),
        "max ‖√π a u − w‖": (found.gram_noise[1], max(noise[drawn])),
    }.values():
        assert value == pytest.approx(expected, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("d", [2, 100, 10_000])
@pytest.mark.parametrize("bandwidth", [0.01, 0.05, 0.25, 1.0, float("inf")])
def test_every_moment_exists_at_any_d_and_bandwidth(d, bandwidth):
    found = mask_classes(lt.ImageDesign(d, bandwidth))
    moments = [found.radius, found.diagonal, found.mean_square_influence, *found.gram_noise]
    assert (np.array(moments) > 0).all() and not np.isnan(moments).any()
    assert found.radius >= (d + 1) * (1 - 1e-9)


def test_what_has_no_classes_is_refused_in_one_line():
    with pytest.raises(TypeError, match="needs an exchangeable design"):
        mask_classes(lt.ProductDesign([0.5, 0.5]))
    with pytest.raises(ValueError, match="needs d ≥ 2, got 1"):
        mask_classes(lt.ImageDesign(1))
    for masses, words in (([0, 0, 1, 0], "on at least two sizes"), ([1, 0, 0, 1], "on a size between 1 and d − 1")):
        with pytest.raises(lt.DegenerateDesignError, match=words):
            mask_classes(lt.SizeLawDesign(masses))
    with pytest.raises(lt.DegenerateDesignError, match="nearly all of it on size 2"):
        mask_classes(lt.TextDesign(3, 0.01))  # masses of 1e-315 have lost their digits
