"""A model must return the same output for an image alone and in a batch, up to rounding."""

import warnings

import naive
import numpy as np
import pytest
import torch
from batch_models import IMAGE, LABELS, D, Normed, capacity, centred, means
from torch import nn

import limetheory as lt
from limetheory.explaining import batch_dependence, model_function


class Attending(Normed):
    """A network with attention between the images of a batch."""

    def forward(self, x):
        own = super().forward(x)
        return (own @ own.T).softmax(dim=1) @ own


class Summing(Normed):
    def forward(self, x):
        own = super().forward(x)
        return own + 1e-3 * own.sum(dim=0)


class Dropping(Normed):
    """Dropout that is active in eval mode, too."""

    def forward(self, x):
        return nn.functional.dropout(super().forward(x), 0.5)


def forgotten(module):
    """A callable around a module that was left in training mode, as users may write it."""
    module.train()

    def answer(images):
        with torch.no_grad():
            return module(torch.as_tensor(images, dtype=torch.float32).permute(0, 3, 1, 2)).numpy()

    return answer


def explain(model, image=IMAGE, **options):
    return lt.explain_image(model, image, **{"segments": LABELS, "target": 0, "n": 40, "rng": 0, **options})


class Scaled(Normed):
    """Images divided by the largest pixel of the batch."""

    def forward(self, x):
        return super().forward(x / x.amax())


def quantised():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.ao.quantization.quantize_dynamic(
            nn.Sequential(nn.Flatten(), nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 3)), {nn.Linear}, torch.qint8
        )


class ChangingEnd(Normed):
    """A model that changes one output in every batch of more than two images."""

    def __init__(self, place):
        super().__init__()
        self.place = place

    def forward(self, x):
        own = super().forward(x)
        return own + 0.1 * ((torch.arange(len(x)) == self.place % len(x)) * (len(x) > 2))[:, None]


BRIGHT = IMAGE / 2
BRIGHT[0, 0] = 1.0  # the extreme of every batch that the image is in
DARK = {"image": BRIGHT, "replacement": 0.0}

DEPENDENT = {
    "no running statistics": (lambda: Normed(track_running_stats=False), {}),
    "attention": (Attending, {}),
    "sum": (Summing, {}),
    "callable in training mode": (lambda: forgotten(Normed()), {}),
    "over the largest pixel": (lambda: lambda x: means(x / x.max()), {"image": BRIGHT}),
    "module over the largest pixel": (Scaled, {"image": BRIGHT}),
    "over the largest answer": (lambda: lambda x: means(x) / means(x).max(), {**DARK, "replacement": 0.1}),
    "sum of those before": (lambda: lambda x: np.cumsum(means(x), axis=0), {}),
    "sum of those behind": (lambda: lambda x: np.cumsum(means(x)[::-1], axis=0)[::-1], {}),
    "less the one before": (lambda: lambda x: np.diff(means(x), axis=0, prepend=0), DARK),
    "largest so far": (lambda: lambda x: np.maximum.accumulate(means(x)), DARK),
    "smallest so far": (lambda: lambda x: np.minimum.accumulate(means(x)), DARK),
    "less the first": (lambda: lambda x: means(x) - means(x)[:1] * (np.arange(len(x)) > 0)[:, None], DARK),
    "dynamically quantised": (quantised, DARK),
    "capacity of eight": (lambda: capacity, DARK),
    "centred from three on": (lambda: centred, DARK),
    "first of three or more": (lambda: ChangingEnd(0), {}),
    "last of three or more": (lambda: ChangingEnd(-1), {}),
}


@pytest.mark.parametrize("name", DEPENDENT)
def test_a_model_that_mixes_the_batch_is_refused_with_both_values(name):
    model, options = DEPENDENT[name][0](), DEPENDENT[name][1]
    with pytest.raises(ValueError, match=r"as in a batch of others, got \S+ alone and \S+ in a batch of \d+") as caught:
        explain(model, **options)
    assert str(caught.value).endswith("or give batch_size=1") and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["no running statistics", "attention", "sum"])
def test_without_the_check_coefficients_depend_on_the_batch_size_and_a_batch_of_one_is_right(name, monkeypatch):
    model, masked = DEPENDENT[name][0](), lt.MaskedImage(IMAGE, LABELS)
    found = lt.ModelFunction(model, masked, 0, batch_size=1)(naive.masks(D))
    composed = torch.as_tensor(masked.compose(naive.masks(D)), dtype=torch.float32).permute(0, 3, 1, 2)
    with torch.no_grad():
        expected = [model.eval()(one[None].contiguous())[0, 0].item() for one in composed]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    for check in ("check_batch_dependence", "check_ends"):
        monkeypatch.setattr(model_function, check, lambda *answers: None)  # as it was
    before = [explain(model, batch_size=size).coefficients for size in (2, 16)]
    assert np.abs(before[0] - before[1]).max() > 10 * batch_dependence.ROUNDING * np.abs(found).max()


def test_the_other_image_of_the_batch_must_differ():
    # Mutant: beside copies of itself a batch norm's answer stays.
    alone, (same, _), (other, _) = (
        Normed(track_running_stats=False)(batch).detach().double().numpy()
        for batch in (torch.ones(1, 3, 12, 16), torch.ones(2, 3, 12, 16), torch.stack([torch.ones(3, 12, 16)] * 2) * 2)
    )
    assert np.abs(alone[0] - same).max() < 1e-6 and np.isfinite(other).all()
    model, masked = Normed(track_running_stats=False), lt.MaskedImage(IMAGE, LABELS)
    function = lt.ModelFunction(model, masked, 0)
    image = lambda batch: function._rows(np.ones((len(batch), D), bool))  # noqa: E731
    batch_dependence.check_batch_dependence(function.outputs, image, 2, 0)
    with pytest.raises(ValueError, match="in a batch of others"):
        function(naive.masks(D))


@pytest.mark.parametrize("model", [Dropping(), forgotten(nn.Sequential(Normed(), nn.Dropout(0.5)))])
def test_a_random_model_is_told_from_one_that_mixes_the_batch(model):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        with pytest.raises(ValueError, match=r"same answer to the same input, got \S+ and then .*; switch"):
            explain(model)


@pytest.mark.slow
@pytest.mark.parametrize("batch_size", [1, 2, None])
def test_a_random_model_does_not_pass_by_luck(batch_size):
    refused = 0
    with torch.random.fork_rng(devices=[]):
        for seed in range(40):  # a dropout of four answers agrees with itself once in 16 times
            torch.manual_seed(seed)
            try:
                explain(Dropping(), batch_size=batch_size)
            except ValueError:
                refused += 1
    assert refused == 40


def test_noise_and_memory_are_refused_one_by_one_too():
    rng, calls = np.random.default_rng(0), []
    for model in (lambda x: means(x) + 1e-5 * rng.normal(size=3), lambda x: calls.append(0) or means(x) + len(calls)):
        with pytest.raises(ValueError, match=r"same answer to the same input, got \S+ and then \S+; switch"):
            explain(model, batch_size=1)


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
def test_sums_in_another_order_are_no_batch_dependence(last):
    explain(nn.Sequential(Large(), last))


@pytest.mark.slow
@pytest.mark.parametrize(("precision", "output"), [("float32", "probabilities"), ("bfloat16", "logits")])
def test_a_real_network_passes_in_every_precision(precision, output):
    model = lt.load_model("efficientnet_lite0", precision=precision, output=output)
    image = model.prepare(np.random.default_rng(0).random((80, 100, 3)))
    function = lt.ModelFunction(model, lt.MaskedImage(image, np.indices((224, 224))[0] // 38))
    function(np.zeros((1, D), bool))
    assert function.n_evaluations in ((7,) if precision == "float32" else range(7, 16, 2))
