"""A model must answer to an image alone as in a batch of others; rounding that depends on the batch is none of it."""

import naive
import numpy as np
import pytest
import torch
from torch import nn

import limetheory as lt
from limetheory.images import company, model_function
from limetheory.metrics import Predictions

D = 6
LABELS = np.arange(192).reshape(12, 16) // 32
IMAGE = np.random.default_rng(0).random((12, 16, 3))


class Normed(nn.Module):
    """A convolution behind a batch norm."""

    def __init__(self, **norm):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.norm, self.last = nn.BatchNorm2d(3, **norm), nn.Conv2d(3, 4, 12)

    def forward(self, x):
        return self.last(self.norm(x)).mean(dim=(2, 3))


class Attending(Normed):
    """Attention from image to image."""

    def forward(self, x):
        own = super().forward(x)
        return (own @ own.T).softmax(dim=1) @ own


class Summing(Normed):
    def forward(self, x):
        own = super().forward(x)
        return own + 1e-3 * own.sum(dim=0)


class Dropping(Normed):
    """Drops at random in eval mode, too."""

    def forward(self, x):
        return nn.functional.dropout(super().forward(x), 0.5)


def forgotten(module):
    """A callable around a module that was left in training mode, as users write it."""
    module.train()

    def answer(images):
        with torch.no_grad():
            return module(torch.as_tensor(images, dtype=torch.float32).permute(0, 3, 1, 2)).numpy()

    return answer


def explain(model, **options):
    return lt.explain_image(model, IMAGE, **{"segments": LABELS, "target": 0, "n": 40, "rng": 0, **options})


DEPENDENT = {
    "no running statistics": lambda: Normed(track_running_stats=False),
    "attention": Attending,
    "sum": Summing,
    "callable in training mode": lambda: forgotten(Normed()),
}


@pytest.mark.parametrize("name", DEPENDENT)
def test_a_model_that_mixes_the_batch_is_refused_with_both_values(name):
    model = DEPENDENT[name]()
    with pytest.raises(ValueError, match=r"as in a batch of others, got \S+ alone and \S+ in a batch of 2") as caught:
        explain(model)
    assert str(caught.value).endswith("or give batch_size=1") and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["no running statistics", "attention", "sum"])
def test_its_answers_did_depend_on_the_batch_size_and_one_by_one_they_are_the_model_s(name, monkeypatch):
    model, masked = DEPENDENT[name](), lt.MaskedImage(IMAGE, LABELS)
    found = lt.ModelFunction(model, masked, 0, batch_size=1)(naive.masks(D))
    composed = torch.as_tensor(masked.compose(naive.masks(D)), dtype=torch.float32).permute(0, 3, 1, 2)
    with torch.no_grad():
        expected = [model.eval()(one[None].contiguous())[0, 0].item() for one in composed]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    monkeypatch.setattr(model_function, "check_company", lambda *answers: None)  # as it was
    before = [explain(model, batch_size=size).coefficients for size in (2, 16)]
    assert np.abs(before[0] - before[1]).max() > 10 * company.ROUNDING * np.abs(found).max()


def test_the_company_must_be_another_image():
    # Mutant: beside copies of itself a batch norm's answer stays.
    alone, (same, _), (other, _) = (
        Normed(track_running_stats=False)(batch).detach().double().numpy()
        for batch in (torch.ones(1, 3, 12, 16), torch.ones(2, 3, 12, 16), torch.stack([torch.ones(3, 12, 16)] * 2) * 2)
    )
    assert np.abs(alone[0] - same).max() < 1e-6 and np.isfinite(other).all()
    model, masked = Normed(track_running_stats=False), lt.MaskedImage(IMAGE, LABELS)
    function = lt.ModelFunction(model, masked, 0)
    copies = function._original(2)
    company.check_company(function.outputs, copies, 0, lambda: copies, lambda: copies[0])
    with pytest.raises(ValueError, match="in a batch of others"):
        function(naive.masks(D))


@pytest.mark.parametrize("model", [Dropping(), forgotten(nn.Sequential(Normed(), nn.Dropout(0.5)))])
def test_a_random_model_is_told_from_one_that_mixes_the_batch(model):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        with pytest.raises(ValueError, match=r"same answer to the same image, got \S+ and then .*; switch"):
            explain(model)


def test_a_module_in_training_mode_is_put_in_eval_mode_and_passes():
    model = nn.Sequential(Normed(), nn.Dropout(0.5)).train()
    assert np.isfinite(explain(model).coefficients).all() and model.training


class Large(nn.Module):
    """Float32 sums of 576 terms that cancel, in an order that depends on the batch size."""

    def __init__(self):
        super().__init__()
        weights = np.random.default_rng(1).normal(size=(576, 512))
        self.first = nn.Parameter(torch.as_tensor(weights, dtype=torch.float32))
        self.last = nn.Parameter(torch.as_tensor(np.random.default_rng(2).normal(size=(512, 3)), dtype=torch.float32))

    def forward(self, x):
        return torch.tanh(x.flatten(1) @ self.first / 10) @ self.last


@pytest.mark.parametrize("last", [nn.Identity(), nn.Softmax(dim=1)])
def test_sums_in_another_order_are_no_company(last):
    explain(nn.Sequential(Large(), last))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("output", ["probabilities", "logits"])
def test_a_real_network_passes_in_every_precision(precision, output):
    model = lt.load_model("efficientnet_lite0", precision=precision, output=output)
    image = model.prepare(np.random.default_rng(0).random((80, 100, 3)))
    function = lt.ModelFunction(model, lt.MaskedImage(image, np.indices((224, 224))[0] // 38))
    function(np.zeros((1, D), bool))
    assert function.n_evaluations in ((4,) if precision == "float32" else (4, 6))


ALONE, OTHER = np.array([0.9, 0.1]), np.array([0.2, 0.8])


@pytest.mark.parametrize(("change", "passes"), [(0.5, True), (2.0, False)])
def test_the_tolerance_is_64_units_of_float32_in_the_last_place(change, passes):
    moved = ALONE + np.array([change * 64 * 2.0**-23 * 0.9, 0])

    def check():
        company.check_company(ALONE, np.array([moved, OTHER]), 0, lambda: np.array([ALONE, ALONE]), lambda: ALONE)

    if passes:
        check()
    else:
        with pytest.raises(ValueError, match="in a batch of others"):
            check()


def test_more_rounding_than_float32_s_passes_where_copies_show_the_same():
    moved = ALONE + np.array([2e-3, -2e-3])  # bfloat16
    company.check_company(ALONE, np.array([moved, OTHER]), 0, lambda: np.array([moved, moved]), lambda: ALONE)


def test_an_answer_that_depends_on_the_batch_s_size_is_refused():
    half = ALONE / 2
    with pytest.raises(ValueError, match=r"got 0\.9 alone and 0\.45 in a batch of 2 \(column 0\)"):
        company.check_company(ALONE, np.array([half, half]), 0, lambda: np.array([half, half]), lambda: ALONE)


def test_nan_in_company_is_refused():
    lost = np.array([np.nan, 0.1])
    with pytest.raises(ValueError, match=r"got 0\.9 alone and nan in a batch of 2"):
        company.check_company(ALONE, np.array([lost, OTHER]), 1, lambda: np.array([ALONE, ALONE]), lambda: ALONE)


def test_a_small_target_is_measured_by_its_own_size():
    alone, rows = np.array([1.0, 1e-5]), np.array([[1.0, 1.2e-5], [1.0, 3e-5]])
    company.check_company(alone, rows, 0, lambda: rows[[0, 0]], lambda: alone)
    with pytest.raises(ValueError, match="in a batch of others"):
        company.check_company(alone, rows, 1, lambda: np.array([alone, alone]), lambda: alone)


def test_it_costs_two_images_once_and_none_one_by_one():
    model = Normed()
    for size, extra in ((16, 2), (2, 2), (1, 0)):
        function = lt.ModelFunction(model, lt.MaskedImage(IMAGE, LABELS), 0, size)
        assert function.n_evaluations == 1
        function(naive.masks(D)[:20]), function(naive.masks(D))
        assert function.n_evaluations == 2**D + extra


def test_metrics_and_gradients_refuse_it_too():
    model = Normed(track_running_stats=False)
    with pytest.raises(ValueError, match="in a batch of others"):
        Predictions(lt.ModelFunction(model, lt.MaskedImage(IMAGE, LABELS), 0)).classes(naive.masks(D))
    with pytest.raises(ValueError, match="in a batch of others"):
        lt.superpixel_integrated_gradients(model, IMAGE, LABELS, target=0)
