"""Moments of large designs against 50-digit arithmetic: relative error at most 1e-11 (lem:count)."""

import mpmath
import naive
import pytest

import limetheory as lt

NU = (0.05, 0.25, 1.0, 100.0, naive.INF)
CASES = [("ImageDesign", (1000, nu)) for nu in NU] + [("ImageDesign", (20000, nu)) for nu in NU[::4]]
CASES += [("TextDesign", (5000, 0.25)), ("BernoulliDesign", (5000, 0.3)), ("ShapleyDesign", (5000,))]
SHARES = [(0, 0), (1, 0), (2, 0), (3, 2), (50, 0)]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_moments_have_eleven_digits(case):
    design = getattr(lt, case[0])(*case[1])
    with mpmath.workdps(50):
        exact = naive.precise(*case)
        pairs = {f"alpha{share}": (design.alpha(*share), exact.alpha(*share)) for share in SHARES}
        for name in ("mean_size", "size_variance", "delta", "c_d"):
            pairs[name] = (getattr(design, name), getattr(exact, name))
        leverage, d = design.leverage(), design.d
        drawn = (1, d // 4, d // 2, d - 1) if case[0] == "ShapleyDesign" else (0, d // 4, d // 2, d - 1)
        pairs |= {f"leverage{k}": (leverage[k], exact.leverage(k)) for k in drawn}
        entries, truths = design.gram_inverse_entries(), exact.gram_inverse_entries()
        pairs |= {f"inverse{i}": (entries[i], truths[i]) for i in range(4)}
        if abs(truths[3]) < mpmath.mpf(10) ** -30 * truths[2]:  # independent coordinates: exactly zero
            del pairs["inverse3"]
            assert abs(entries[3]) <= 1e-11 * entries[2]
        errors = {name: float(abs(mpmath.mpf(got) / true - 1)) for name, (got, true) in pairs.items()}
    assert max(errors.values()) <= 1e-11, {name: error for name, error in errors.items() if error > 1e-11}
