"""Fed with all masks in their exact proportions, every estimator returns the limit."""

from fractions import Fraction
from itertools import product
from math import lcm, prod

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.methods.unbiased import unbiased
from limetheory.estimation.methods.wls import wls

ALL = [case for d in (2, 3, 5) for case in naive.every(d)]
ALL += [("ImageDesign", (d, nu)) for d in (1, 3, 7) for nu in (0.1, 1e3)] + [("ImageDesign", (3, 0.05))]


def built(case):
    design = getattr(lt, case[0])(*case[1])
    law, weight = naive.measure(*case)
    return design, law, weight, np.random.default_rng(design.d).normal(size=2**design.d)


def ends(design, values):
    return (values[0], values[-1]) if design.efficient else None


def same(answer, limit, atol=1e-10):
    np.testing.assert_allclose(answer.coefficients, limit.coefficients, rtol=0, atol=atol)
    assert answer.intercept == pytest.approx(limit.intercept, abs=atol)


@pytest.mark.parametrize("ridge", [0.0, 0.05])
@pytest.mark.parametrize("case", ALL, ids=naive.name)
def test_wls_of_all_masks_is_the_limit(case, ridge):
    design, law, weight, values = built(case)
    sample = lt.Sample.of(naive.masks(design.d), law * weight, values, ends(design, values))
    same(wls(sample, ridge), lt.limit(lt.SetFunction(values), design, ridge=ridge))


RATIONAL = [("ImageDesign", (d, nu)) for d in (1, 3, 7) for nu in (0.1, 0.25, 1e3)]
RATIONAL += [("BernoulliDesign", (3, 0.25)), ("TextDesign", (3, 0.25)), ("TextDesign", (4, naive.INF))]
RATIONAL += [("ShapleyDesign", (d,)) for d in (2, 3, 4)] + [("SizeLawDesign", ([1, 6, 3, 2],))]
RATIONAL += [
    ("ProductDesign", ([0.25, 0.5, 0.75], [1.0, 1.0, 1.0])),
    ("ProductDesign", ([0.75, 0.6], [1.0, 0.5])),
]


@pytest.mark.parametrize("case", RATIONAL, ids=naive.name)
def test_unbiased_of_all_masks_in_proportion_nears_the_limit_as_the_lines_see_more_of_them(case):
    # Leaving one of n masks out moves the line by order 1/n: the error is ten times smaller with ten times the masks.
    design, law, weight, values = built(case)
    shares = [Fraction(float(p)).limit_denominator(1000) for p in law]
    counts = [int(share * lcm(*(s.denominator for s in shares))) for share in shares]
    limit, errors = lt.limit(lt.SetFunction(values), design), []
    for times in (5, 50):
        index = np.repeat(np.repeat(np.arange(len(law)), counts), times)
        sample = lt.Sample.of(naive.masks(design.d)[index], weight[index], values[index], ends(design, values))
        errors.append(np.abs(unbiased(sample, design).coefficients - limit.coefficients).max())
    assert errors[0] < 0.2 and errors[1] < errors[0] / 8 + 1e-9


def mean_over_all_samples(estimator, d: int, n: int, law, weight, values) -> np.ndarray:
    """E[(intercept, coefficients)] over all (2^d)^n samples."""
    masks, total = naive.masks(d), 0.0
    for rows in product(range(2**d), repeat=n):
        index = np.array(rows)
        answer = estimator(lt.Sample.of(masks[index], weight[index], values[index]))
        total = total + prod(law[index]) * np.append(answer.intercept, answer.coefficients)
    return total


def not_cross_fitted(design):
    """The mutant that fits the linear part on the very masks it corrects."""

    def estimator(sample):
        doubled = lt.Sample.of(*(np.repeat(part, 2, axis=0) for part in (np.unpackbits(
            sample.bits, axis=1, count=sample.d), sample.weights, sample.values)))  # fmt: skip
        return unbiased(doubled, design)  # rows 2i and 2i + 1 are copies in different folds

    return estimator


@pytest.mark.slow
@pytest.mark.parametrize("case", [("BernoulliDesign", (2, 0.3)), ("ImageDesign", (2, 0.25))], ids=naive.name)
def test_prop_unbiased_holds_exactly_at_four_masks_and_neither_for_wls_nor_without_cross_fitting(case):
    design, law, weight, values = built(case)
    limit = lt.limit(lt.SetFunction(values), design)
    truth = np.append(limit.intercept, limit.coefficients)

    def bias(estimator):
        return np.abs(mean_over_all_samples(estimator, 2, 4, law, weight, values) - truth).max()

    assert bias(lambda sample: unbiased(sample, design)) < 1e-12
    assert bias(not_cross_fitted(design)) > 1e-2
    assert bias(wls) > 1e-2
    other = lt.BernoulliDesign(2, 0.45) if case[0] == "BernoulliDesign" else lt.ImageDesign(2, 0.3)
    assert bias(lambda sample: unbiased(sample, other)) > 1e-2  # the Gram matrix of another design
