"""The standard errors and intervals that the adapter for Captum's Lime adds."""

import numpy as np
import pytest
import torch
from captum._utils.models.linear_model import SkLearnLinearRegression, SkLearnRidge
from scipy.stats import binom
from tensor_questions import questions

import limetheory as lt
from limetheory.adapters.captum import Lime, get_exp_kernel_similarity_function


@pytest.mark.parametrize(("model", "ridge"), [(SkLearnLinearRegression(), 0.0), (SkLearnRidge(alpha=0.7), 0.7)])
def test_explanations_are_the_fit_with_standard_errors(model, ridge):
    forward, inputs, arguments = questions()["a batch"]
    explainer = Lime(forward, model)
    found = explainer.attribute(inputs, **arguments, n_samples=80, return_input_shape=False)
    assert len(explainer.explanations) == 3
    for slopes, answer, sample in zip(found, explainer.explanations, explainer.samples, strict=True):
        np.testing.assert_allclose(answer.coefficients, slopes, rtol=0, atol=1e-12)
        assert (answer.standard_errors > 0).all() and np.isfinite(answer.interval()).all() and sample.n == 80


@pytest.mark.slow
def test_intervals_hold_what_captums_lime_converges_to():
    """Rejected with probability 1e-5 if each interval holds at 95 %, even if those of a run hold or fail together.

    That of equal weights, which would be the limit if weights were forgotten, is rejected.
    """
    inputs, masks = torch.tensor([[2.0, 1.5, -1.0, 3.0]]).double(), lt.limits.all_masks(4)
    values = np.where(masks, np.asarray(inputs), 0).prod(1)
    columns = np.column_stack([np.ones(16), masks])

    def limit(weights):
        return np.linalg.solve((columns.T * weights) @ columns, (columns.T * weights) @ values)[1:]

    limits = limit(np.exp(-((~masks * np.asarray(inputs)) ** 2).sum(1) / 8)), limit(np.ones(16))
    lime = Lime(lambda x: x.prod(1), SkLearnLinearRegression(), get_exp_kernel_similarity_function("euclidean", 2.0))
    held = np.zeros(2)
    for seed in range(250):
        torch.manual_seed(seed)
        lime.attribute(inputs, n_samples=400)
        low, high = lime.explanations[0].interval().T
        held += [((low <= one) & (one <= high)).sum() for one in limits]
    fewest = 4 * binom.ppf(1e-5, 250, 0.95)
    assert held[0] >= fewest > held[1]
