"""Side by side with Captum's KernelShap: the same masks, and the fit that its weight of 10⁶ stands for."""

import captum.attr
import numpy as np
import pytest
import torch
from captum_in_float64 import exact_model, exact_outputs, in_float64
from tensor_questions import questions, scalars

import limetheory as lt
from limetheory.adapters.captum import KernelShap, Lime

pytestmark = pytest.mark.filterwarnings("ignore:.*multiple inputs for Lime:UserWarning", "ignore:Minimum element")


def captums(question, seed=1, **options):
    """Captum's explainer after a call in float64, its rows, and the state that it leaves torch's generator in."""
    forward, inputs, arguments = question
    explainer = captum.attr.KernelShap(exact_outputs(forward))
    explainer.interpretable_model = model = exact_model("least squares")
    torch.manual_seed(seed)
    with in_float64():
        found = explainer.attribute(inputs, **arguments, **options, return_input_shape=False)
    return found, model.rows, torch.get_rng_state()


def adapters(question, seed=1, **options):
    forward, inputs, arguments = question
    explainer = KernelShap(forward)
    torch.manual_seed(seed)
    found = explainer.attribute(inputs, **arguments, **options, return_input_shape=False)
    return found, explainer, torch.get_rng_state()


def constrained(masks, values, weights):
    """Least squares under Σ β = F(1) − F(0) and β_0 = F(0), from the equations of Lagrange, of the smallest norm."""
    (full, empty), z, y = values[:2], masks[2:], values[2:]
    d = z.shape[1]
    left = np.block([[z.T @ z, np.ones((d, 1))], [np.ones((1, d)), np.zeros((1, 1))]])
    return np.linalg.lstsq(left, np.append(z.T @ (y - empty), full - empty), rcond=None)[0][:d]


ONE_EXAMPLE = ["a row", "an image", "two inputs", "a tuple as target"]


@pytest.mark.parametrize("batch", [1, 3, 100])
@pytest.mark.parametrize("name", ONE_EXAMPLE)
def test_coefficients_are_the_exact_fit_to_captums_masks(name, batch):
    options = {"n_samples": 60, "perturbations_per_eval": batch}
    _, rows, state = captums(questions()[name], **options)
    found, explainer, own_state = adapters(questions()[name], **options)
    expected = constrained(*rows)
    np.testing.assert_allclose(found[0], expected, rtol=0, atol=1e-10 * abs(expected).max())
    sample = explainer.samples[0]
    np.testing.assert_array_equal(sample.masks, rows[0][2:])
    np.testing.assert_allclose([sample.ends[1], sample.ends[0], *sample.values], rows[1], rtol=0, atol=1e-14)
    assert torch.equal(state, own_state)


@pytest.mark.parametrize("name", [name for name in questions() if name not in ONE_EXAMPLE])
def test_examples_get_the_masks_that_captum_draws_for_each(name):
    theirs, rows, state = captums(questions()[name], n_samples=60, perturbations_per_eval=4)
    found, _, own_state = adapters(questions()[name], n_samples=60, perturbations_per_eval=4)
    np.testing.assert_allclose(found[-1], constrained(*rows), rtol=0, atol=1e-10 * float(found[-1].abs().max()))
    assert found.shape == theirs.shape and torch.equal(state, own_state)
    torch.testing.assert_close(found, theirs, rtol=0, atol=1e-4 * float(theirs.abs().max()))


@pytest.mark.parametrize("name", scalars())
def test_one_number_for_a_batch(name):
    _, rows, state = captums(scalars()[name], n_samples=40)
    found, _, own_state = adapters(scalars()[name], n_samples=40)
    np.testing.assert_allclose(found[0], constrained(*rows), rtol=0, atol=1e-10 * float(found.abs().max()))
    assert torch.equal(state, own_state)


def test_captums_weight_comes_closer_the_larger_it_is():
    """The gap falls as 1 / weight: ten times per factor of ten."""
    _, (masks, values, weights), _ = captums(questions()["a row"], n_samples=60)
    exact, gaps = constrained(masks, values, weights), []
    for weight in (1e3, 1e4, 1e5, 1e6):
        root = np.sqrt(np.where(weights > 1, weight, 1.0))[:, None]
        columns = np.column_stack([np.ones(60), masks]) * root
        slopes = np.linalg.lstsq(columns, values * root[:, 0], rcond=None)[0][1:]
        gaps.append(abs(slopes - exact).max())
    np.testing.assert_allclose(np.divide(gaps[:-1], gaps[1:]), 10, rtol=0.03)


def test_coefficients_add_up_exactly():
    forward, inputs, arguments = questions()["an image"]
    shap = KernelShap(forward)
    found = shap.attribute(inputs, **arguments, n_samples=80, return_input_shape=False)
    empty, full = shap.samples[0].ends
    assert abs(found.sum().item() - (full - empty)) < 1e-14


@pytest.mark.parametrize("n", [3, 5, 80])
def test_explanations_are_the_fit_with_standard_errors(n):
    forward, inputs, arguments = questions()["a row"]
    shap = KernelShap(forward)
    with pytest.warns(lt.FewMasksWarning) if n < 6 else pytest.MonkeyPatch.context():
        found = shap.attribute(inputs, **arguments, n_samples=n, return_input_shape=False)
    (answer,) = shap.explanations
    np.testing.assert_allclose(answer.coefficients, found[0], rtol=0, atol=1e-12)
    assert answer.n_evaluations == n and np.isfinite(answer.standard_errors).all() == (n > 5)


def test_it_converges_to_shapley_values():
    torch.manual_seed(0)
    inputs = torch.tensor([[2.0, -1.0, 3.0, 0.5]]).double()
    game = lt.limit(lambda z: np.where(z, np.asarray(inputs), 1).prod(1), lt.ShapleyDesign(4)).coefficients
    shap = KernelShap(lambda x: x.prod(1))
    found = shap.attribute(inputs, baselines=1.0, n_samples=4000, return_input_shape=False)
    errors = shap.explanations[0].standard_errors
    assert (abs(np.asarray(found)[0] - game) < 5 * errors).all() and errors.max() < 0.1


def test_dropout_meets_the_same_random_numbers_as_in_captum():
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.Dropout(), torch.nn.Linear(8, 3)).double()
    question = module, questions()["a row"][1], {"target": 0}
    for batch in (1, 7):
        _, rows, state = captums(question, n_samples=40, perturbations_per_eval=batch)
        found, _, own_state = adapters(question, n_samples=40, perturbations_per_eval=batch)
        np.testing.assert_allclose(found[0], constrained(*rows), rtol=0, atol=1e-10)
        assert torch.equal(state, own_state)


def test_a_feature_without_an_entry_has_captums_place():
    forward, inputs, arguments = questions()["an image"]
    assert adapters((forward, inputs, arguments), n_samples=50)[0].shape == (1, 6)


def test_refusals_are_one_line():
    shap = KernelShap(lambda x: x.sum(1))
    cases = [
        ({"inputs": torch.ones(1, 1)}, "at least 2 features, got 1, whose Shapley value"),
        ({"n_samples": 2}, "n_samples must be at least 3, .* got 2"),
        ({"target": 0}, "target must be an output"),
    ]
    for arguments, words in cases:
        with pytest.raises(ValueError, match=words) as found:
            shap.attribute(**{"inputs": torch.ones(1, 3), **arguments})
        assert len(str(found.value).splitlines()) == 1
    with pytest.raises(ValueError, match="inf_weight must be infinite, got 100"):
        shap.inf_weight = 100
    shap.inf_weight = float("inf")


def test_it_is_captums_class_with_captums_names():
    shap = KernelShap(torch.sum)
    assert isinstance(shap, captum.attr.KernelShap) and isinstance(shap, Lime) and shap.get_name() == "Kernel Shap"
    if hasattr(captum.attr.KernelShap, "attribute_future"):  # not in captum 0.7
        with pytest.raises(NotImplementedError):
            shap.attribute_future()
