"""Side by side with Captum: the same masks and coefficients, and the same state of torch's generator afterwards."""

import io
from contextlib import redirect_stderr

import captum.attr
import numpy as np
import pytest
import torch
from captum._utils.models.linear_model import SkLearnLasso, SkLearnLinearRegression, SkLearnRidge
from captum._utils.models.model import Model
from captum.attr._core.lime import get_exp_kernel_similarity_function as captums_kernel
from captum_in_float64 import CAPTUMS, exact_model, exact_outputs, exact_weight, in_float64
from tensor_questions import questions, scalars
from torch import nn

import limetheory as lt
from limetheory.adapters.captum import Lime, LimeBase, get_exp_kernel_similarity_function

pytestmark = pytest.mark.filterwarnings("ignore:.*multiple inputs for Lime:UserWarning", "ignore:Minimum element")

MODELS = {"least squares": {}, "ridge": {"alpha": 0.7}, "lasso": {"alpha": 0.002}}
KERNELS = {"cosine": ("cosine", 0.3), "euclidean": ("euclidean", 2.0)}


def captums(question, kind, kernel, seed=1, **options):
    """Coefficients of Captum in float64, and the state that it leaves torch's generator in."""
    forward, inputs, arguments = question
    model, weight = exact_model(kind, **MODELS[kind]), exact_weight(captums_kernel(*KERNELS[kernel]))
    explainer = captum.attr.Lime(exact_outputs(forward), model, weight)
    torch.manual_seed(seed)
    with in_float64():
        found = explainer.attribute(inputs, **arguments, **options, return_input_shape=False)
    return np.asarray(found), torch.get_rng_state()


def adapters(question, kind, kernel, seed=1, **options):
    forward, inputs, arguments = question
    weight = get_exp_kernel_similarity_function(*KERNELS[kernel])
    explainer = Lime(forward, CAPTUMS[kind](**MODELS[kind]), weight)
    torch.manual_seed(seed)
    found = explainer.attribute(inputs, **arguments, **options, return_input_shape=False)
    return np.asarray(found), torch.get_rng_state()


def assert_alike(question, kind, kernel, **options):
    """Equal to 1e-10 of the largest coefficient, and the generator in the same state."""
    (theirs, state), (ours, own_state) = (one(question, kind, kernel, **options) for one in (captums, adapters))
    assert ours.shape == theirs.shape and ours.dtype == np.float64
    assert abs(theirs).max() > 1e-3
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-10 * abs(theirs).max())
    assert torch.equal(state, own_state)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("name", questions())
def test_coefficients_are_captums_in_float64(name, kind, kernel):
    assert_alike(questions()[name], kind, kernel, n_samples=60, perturbations_per_eval=7)


@pytest.mark.parametrize("batch", [1, 3, 40, 64])
@pytest.mark.parametrize("name", ["images", "a batch of two inputs"])
def test_any_number_of_perturbations_per_evaluation(name, batch):
    assert_alike(questions()[name], "least squares", "cosine", n_samples=40, perturbations_per_eval=batch)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("name", scalars())
def test_one_number_for_a_batch(name, kind):
    assert_alike(scalars()[name], kind, "cosine", n_samples=50)


def test_fewer_masks_than_coefficients_give_the_smallest_ones_with_a_warning():
    for kind in MODELS:
        with pytest.warns(lt.FewMasksWarning, match="at least d [+] 1 = 6 .* got 4"):
            assert_alike(questions()["a row"], kind, "euclidean", n_samples=4)


def test_another_kernel_or_seed_is_told_apart():
    question = questions()["images"]
    theirs, _ = captums(question, "least squares", "cosine", n_samples=40)
    for other in (adapters(question, "least squares", "euclidean", n_samples=40),
                  adapters(question, "least squares", "cosine", n_samples=40, seed=2)):  # fmt: skip
        assert abs(other[0] - theirs).max() > 1e-4 * abs(theirs).max()


def in_float32(question):
    """The question in float32, as most networks have it."""
    forward, inputs, arguments = question
    return forward.float(), inputs.float(), arguments


@pytest.mark.parametrize("name", ["a row", "an image", "a batch"])
def test_float32_agrees_with_captum_as_it_is(name):
    forward, inputs, arguments = in_float32(questions()[name])
    for shaped in (True, False):
        found = []
        for kind in (captum.attr.Lime, Lime):
            torch.manual_seed(3)
            explainer = kind(forward, SkLearnLasso(alpha=0.001))
            found.append(explainer.attribute(inputs, **arguments, n_samples=60, return_input_shape=shaped))
        assert found[1].dtype == found[0].dtype == torch.float32 and found[1].shape == found[0].shape
        torch.testing.assert_close(found[1], found[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", [*questions()])
def test_attributions_have_the_form_of_the_inputs(name):
    forward, inputs, arguments = questions()[name]
    found = []
    for kind in (captum.attr.Lime, Lime):
        torch.manual_seed(4)
        found.append(kind(forward, SkLearnLinearRegression()).attribute(inputs, **arguments, n_samples=40))
    theirs, ours = (one if isinstance(one, tuple) else (one,) for one in found)
    assert isinstance(found[0], tuple) == isinstance(found[1], tuple)
    for one, other in zip(ours, theirs, strict=True):
        assert one.shape == other.shape and one.dtype == torch.float64 and one.is_contiguous()
        torch.testing.assert_close(one.float(), other, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", [*scalars()])
def test_a_batch_that_is_explained_as_one_has_attributions_of_its_first_example(name):
    forward, inputs, arguments = scalars()[name]
    found = []
    for kind in (captum.attr.Lime, Lime):
        torch.manual_seed(4)
        out = kind(forward, SkLearnLinearRegression()).attribute(inputs, **arguments, n_samples=40)
        found.append(out if isinstance(out, tuple) else (out,))
    for theirs, ours in zip(*found, strict=True):
        assert len(ours) == 1  # captum 0.7 repeats it for every example
        torch.testing.assert_close(ours.float(), theirs[:1], rtol=1e-3, atol=1e-4)


def test_truth_values_and_integers_are_masked_as_captum_masks_them():
    forward = questions()["a row"][0]
    truths, integers = torch.tensor([[True, False, True, True, False]]), torch.tensor([[3, 1, 4, 1, 5]])
    for inputs, baselines in ((truths, None), (integers, None), (integers, 0.5), (truths, True)):
        question = lambda x: forward(x.double()), inputs, {"target": 1, "baselines": baselines}
        (theirs, _), (ours, _) = (
            one(question, "least squares", "euclidean", n_samples=60) for one in (captums, adapters)
        )
        assert abs(theirs).max() > 1e-3 and ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6 * abs(theirs).max())


def test_masks_of_equal_weight_come_from_an_infinitely_wide_kernel():
    forward, inputs, arguments = questions()["a row"]
    explainer = Lime(forward, SkLearnLinearRegression(), get_exp_kernel_similarity_function(kernel_width=float("inf")))
    explainer.attribute(inputs, **arguments)
    assert (explainer.samples[0].weights == 1).all()


def test_dropout_meets_the_same_random_numbers_as_in_captum():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(5, 8), nn.Dropout(0.5), nn.Tanh(), nn.Linear(8, 3)).double().train()
    row = questions()["a row"][1]
    for batch in (1, 6):
        assert_alike(
            (module, row, {"target": 0}), "least squares", "cosine", n_samples=40, perturbations_per_eval=batch
        )


def test_batch_normalisation_meets_the_same_batches_as_in_captum():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 3)).double().train()
    question = module, questions()["a row"][1], {"target": 0}
    theirs, _ = captums(question, "least squares", "cosine", n_samples=48, perturbations_per_eval=6)
    ours, _ = adapters(question, "least squares", "cosine", n_samples=48, perturbations_per_eval=6)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-10)


def test_no_mask_is_evaluated_twice():
    seen = []

    def forward(x):
        seen.extend(map(tuple, x.tolist()))
        return x.prod(1)

    inputs = torch.tensor([[2.0, 3.0, 4.0]])
    for batch in (1, 5, 500):
        seen.clear()
        Lime(forward, SkLearnLinearRegression()).attribute(inputs, n_samples=500, perturbations_per_eval=batch)
        assert len(seen) == len(set(seen)) == 8


def test_functions_of_the_caller_get_what_captum_gives_them():
    calls = []

    def similarity(original, perturbed, mask, **options):
        calls.append((original, perturbed, mask, options))
        return torch.exp(-(original - perturbed).abs().mean())

    def perturb(original, **options):
        calls.append((original, options))
        return (torch.rand(1, options["num_interp_features"]) < 0.3).long()

    def generator(original, **options):
        while True:
            yield perturb(original, **options)

    forward, inputs, arguments = questions()["an image"]
    for drawn in (perturb, generator):
        found = []
        for kind, model in ((captum.attr.Lime, exact_model("least squares")), (Lime, SkLearnLinearRegression())):
            calls.clear()
            torch.manual_seed(6)
            with in_float64():
                explainer = kind(forward, model, similarity, drawn)
                found.append(explainer.attribute(inputs, **arguments, n_samples=70, return_input_shape=False))
            forms = {tuple(sorted(one[-1])) for one in calls}, [len(one) for one in calls][:2]
            asked = next(one for one in calls if len(one) == 4)
            shapes = asked[1].shape, asked[2].shape
            assert forms == ({("baselines", "feature_mask", "num_interp_features")}, [2, 4])
            assert shapes == ((1, 2, 4, 4), (1, 6))
        torch.testing.assert_close(found[1], found[0], rtol=0, atol=1e-10)


def test_a_generator_that_ends_early_is_told():
    def short(original, **options):
        yield from torch.eye(5)[:, None]

    forward, inputs, arguments = questions()["a row"]
    with pytest.warns(UserWarning, match="n_samples=30 masks, got 5"):
        explainer = Lime(forward, SkLearnRidge(alpha=1.0), perturb_func=short)
        explainer.attribute(inputs, **arguments, n_samples=30)
    assert explainer.samples[0].n == 5


def test_any_model_of_captum_gets_captums_data():
    class Mean(Model):
        def fit(self, train_data, **options):
            ((self.masks, self.values, self.weights),) = train_data

        def representation(self):
            return self.values @ (self.masks - 0.5)

        def __call__(self, x):
            return x

    forward, inputs, arguments = in_float32(questions()["an image"])
    models = Mean(), Mean()
    found = []
    for kind, model in zip((captum.attr.Lime, Lime), models, strict=True):
        torch.manual_seed(7)
        found.append(kind(forward, model).attribute(inputs, **arguments, return_input_shape=False))
    for name in ("masks", "values", "weights"):
        ours, theirs = (getattr(model, name) for model in reversed(models))
        assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(*found, rtol=1e-5, atol=1e-5)


def test_the_interpretable_model_is_left_fitted():
    forward, inputs, arguments = questions()["a row"]
    model = SkLearnRidge(alpha=0.5)
    found = Lime(forward, model).attribute(inputs, **arguments, n_samples=60, return_input_shape=False)
    torch.testing.assert_close(model.representation(), found.float())
    assert model(torch.zeros(1, 5)).item() == model.bias().item() != 0


def test_a_lasso_that_leaves_nothing_says_so():
    probabilities = nn.Sequential(questions()["a row"][0], nn.Softmax(1))
    inputs = 0.05 * questions()["a row"][1]
    with pytest.warns(UserWarning, match=r"got alpha=0[.]01, which makes all of them 0 where values range over"):
        found = Lime(probabilities).attribute(inputs, target=1)
    assert not found.any()
    remedy = Lime(probabilities, SkLearnLinearRegression()).attribute(inputs, target=1)
    assert remedy.all()


def test_an_infinite_baseline_is_shown_and_not_multiplied():
    def forward(x):
        return torch.softmax(x, 1)[:, 0]

    inputs, hidden = torch.tensor([[1.0, 2.0, 3.0]]), -float("inf")
    kept = torch.tensor([[0, 1, 2]])
    weight = lambda *arguments, **options: 1.0  # noqa: E731
    found = Lime(lambda x: forward(torch.cat([x, torch.zeros(len(x), 1)], 1)), SkLearnLinearRegression(), weight)
    assert found.attribute(inputs, baselines=hidden, feature_mask=kept).isfinite().all()


def test_a_single_further_argument_needs_no_tuple():
    forward, inputs, _ = questions()["a row"]
    scaled = lambda x, scale: forward(x) * scale  # noqa: E731
    alone, tuples = (
        adapters((scaled, inputs, {"target": 0, "additional_forward_args": one}), "ridge", "cosine")[0]
        for one in (torch.full((1, 1), 2.0), (torch.full((1, 1), 2.0),))
    )
    np.testing.assert_array_equal(alone, tuples)


def test_a_bar_reaches_the_end_if_asked_for():
    for batch in (1, 3, 500):
        shown = io.StringIO()
        with redirect_stderr(shown):
            Lime(lambda x: x.sum(1), SkLearnRidge()).attribute(
                torch.ones(1, 3), n_samples=100, perturbations_per_eval=batch, show_progress=True
            )
        assert "Lime attribution: 100%" in shown.getvalue()


def test_it_is_captums_class_with_captums_names():
    explainer = Lime(torch.sum)
    assert isinstance(explainer, captum.attr.Lime) and isinstance(explainer, LimeBase)
    assert explainer.get_name() == "Lime" and not explainer.multiplies_by_inputs
    assert explainer.has_convergence_delta() is False
