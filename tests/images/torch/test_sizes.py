"""A network of a fixed size names the size that it takes, and the remedies work."""

import re

import numpy as np
import pytest
import torch
from torch import nn

import limetheory as lt

IMAGE, LABELS = np.random.default_rng(0).random((40, 36, 3)), np.arange(40 * 36).reshape(40, 36) // 360


class Viewing(nn.Module):
    """Reads images of 28 x 28 in a row, and one of twice that as four."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(3 * 28 * 28, 2)

    def forward(self, x):
        return self.last(x.reshape(-1, 3 * 28 * 28))


def fixed(side, channels=3):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(channels, 2, 3), nn.Flatten(), nn.Linear(2 * (side - 2) ** 2, 3))


def explain(model, image=IMAGE):
    return lt.explain_image(model, image, segments=LABELS, target=0, n=30, rng=0)


def refused(model, taken, got="40 x 36", image=IMAGE):
    rule = rf"an image must have a size that the network takes, such as {taken} x {taken}, got {got}; give Classifier"
    with pytest.raises(ValueError, match=rule) as caught:
        explain(model, image)
    assert "\n" not in str(caught.value)
    return str(caught.value).partition("; give ")[2]


@pytest.mark.slow
@pytest.mark.parametrize(("model", "side"), [(fixed(32), 32), (fixed(17), 17), (Viewing(), 28)])
def test_a_module_of_a_fixed_size_and_its_remedy(model, side):
    found = explain(eval(refused(model, side), {"Classifier": lt.Classifier, "model": model}))
    small = lt.Classifier(nn.Identity(), size=side, mean=0, std=1, output="logits", name="small")
    composed = lt.MaskedImage(IMAGE, LABELS).compose(np.ones((1, 4), bool))
    inputs = small.inputs(torch.as_tensor(composed, dtype=torch.float32).permute(0, 3, 1, 2))
    np.testing.assert_allclose(found.outputs, model(inputs)[0].detach(), rtol=0, atol=1e-5)


@pytest.mark.parametrize(("given", "got"), [(None, "40 x 36"), (64, "64 x 64")])
def test_a_classifier_of_another_size_and_its_remedy(given, got):
    settings = {"mean": 0.5, "std": 0.25, "name": "fixed"}
    remedy = refused(lt.Classifier(fixed(32), size=given, **settings), 32, got)
    side = int(re.fullmatch(r"Classifier size=(\d+)", remedy)[1])
    assert np.isfinite(explain(lt.Classifier(fixed(32), size=side, **settings)).coefficients).all()


def test_other_failures_are_told_as_they_are():
    class Broken(nn.Module):
        def forward(self, x):
            raise KeyError("broken layer")

    class Dark(nn.Module):
        def forward(self, x):
            if x.max() > 0:
                raise KeyError("light")
            return x.mean(dim=(2, 3))

    for model, message in (Broken(), "broken layer"), (Dark(), "light"):
        with pytest.raises(KeyError, match=message):
            explain(model)
