"""Masks that hide one part, or keep one: their law, their draws and their limits."""

import numpy as np
import pytest

import limetheory as lt


@pytest.mark.parametrize(("build", "size"), [(lt.LeaveOneOutDesign, lambda d: d - 1), (lt.KeepOneDesign, lambda d: 1)])
@pytest.mark.parametrize("d", [2, 3, 7, 300])
def test_each_of_the_masks_is_equally_likely(build, size, d):
    design = build(d)
    rows = np.vstack([np.ones((1, d), bool), np.eye(d, dtype=bool) == (size(d) == 1)])
    if d == 2:  # hiding one of two is keeping the other
        rows = np.vstack([np.ones((1, d), bool), np.eye(d, dtype=bool)])
    np.testing.assert_allclose(design.chance(rows), 1 / (d + 1), rtol=1e-12)
    assert design.chance(rows).sum() == pytest.approx(1.0) and (design.weight(rows) == 1).all()
    assert design.total_mass == pytest.approx(1.0) and design.support_size == pytest.approx(d + 1)


@pytest.mark.parametrize("build", [lt.LeaveOneOutDesign, lt.KeepOneDesign])
@pytest.mark.parametrize("n", [6, 7, 1000])
def test_strata_take_each_of_them_once(build, n):
    asked = []

    def F(masks):
        asked.append(masks)
        return np.tanh(masks @ [1.0, -2.0, 0.5, 0.3, 0.7])

    answer = lt.estimate(F, build(5), n, 0, sampling="strata")
    masks = np.concatenate(asked)
    assert len(masks) == len(np.unique(masks, axis=0)) == answer.n_evaluations == 6
    assert not answer.standard_errors.any()
    limit = lt.limit(F, build(5))
    np.testing.assert_allclose(answer.coefficients, limit.coefficients, atol=1e-12)


def test_limits_are_occlusion_and_the_line_through_the_values():
    F = lt.SetFunction(np.random.default_rng(0).normal(size=32))
    full, without, alone = F(np.ones((1, 5), bool)), F(~np.eye(5, dtype=bool)), F(np.eye(5, dtype=bool))
    found = lt.limit(F, lt.LeaveOneOutDesign(5))
    np.testing.assert_allclose(found.coefficients, full - without, atol=1e-12)
    other = lt.limit(F, lt.KeepOneDesign(5))
    np.testing.assert_allclose(other.intercept + other.coefficients, alone, atol=1e-12)
    assert other.intercept + other.coefficients.sum() == pytest.approx(full[0], abs=1e-12)
    assert np.abs(found.coefficients - other.coefficients).max() > 0.1


def test_one_superpixel_is_hidden_or_not_and_cannot_be_kept_alone():
    assert lt.LeaveOneOutDesign(1).size_law.tolist() == [0.5, 0.5]
    assert lt.limit(lt.SetFunction([1.0, 3.0]), lt.LeaveOneOutDesign(1)).coefficients == pytest.approx([2.0])
    with pytest.raises(ValueError, match="d must be at least 2, got 1; with one part, keeping it hides nothing"):
        lt.KeepOneDesign(1)
    with pytest.raises(ValueError, match="d must be at least 1, got 0"):
        lt.LeaveOneOutDesign(0)


@pytest.mark.parametrize("build", [lt.LeaveOneOutDesign, lt.KeepOneDesign])
def test_designs_are_kept_in_files(build, tmp_path):
    from limetheory.kept import packed

    assert packed(build(4), {}) == {"kind": build.__name__, "of": {"d": 4}}
