"""Torch modules in place of functions: what they refuse is said with a remedy that works."""

import re

import numpy as np
import pandas as pd
import pytest
import torch
from iris_rows import ROW, X
from torch import nn

import limetheory as lt
from limetheory.module_calls import of_rows

FRAME = pd.DataFrame(X, columns=["a", "b", "c", "d"])


def network(kind=torch.float32, dropout=0.0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(4, 8), nn.Dropout(dropout), nn.Tanh(), nn.Linear(8, 2)).to(kind)


def remedied(message, model):
    """The function of the message's remedy, after what else it says to do."""
    if "call model.eval()" in message:
        model.eval()
    return eval(re.search(r"give (lambda rows: .*)$", message)[1], {"torch": torch, "np": np, "model": model})


@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
@pytest.mark.parametrize("bins", ["quartile", None])
@pytest.mark.parametrize("table", [X, FRAME])
def test_a_module_in_place_of_a_function_is_refused_and_the_remedy_works(kind, bins, table):
    model, row = network(kind, dropout=0.5), dict(zip("abcd", ROW, strict=True)) if table is FRAME else ROW
    with pytest.raises(
        TypeError, match=r"^predict must be a function of rows, got the torch module Sequential"
    ) as caught:
        lt.explain_tabular(model, row, table, bins=bins)
    assert "\n" not in str(caught.value)
    found = lt.explain_tabular(remedied(str(caught.value), model), row, table, target=1, n=200, rng=0, bins=bins)
    assert not model.training
    with torch.no_grad():
        outputs = model(torch.tensor(ROW[None], dtype=kind))[0]
    np.testing.assert_array_equal(found.outputs, outputs.double().numpy())


def test_a_method_of_a_module_is_refused_alike():
    with pytest.raises(TypeError, match=r"^predict must be a function of rows, got the torch module Sequential"):
        lt.explain_tabular(network().forward, ROW, X)


def test_a_module_of_arrays_is_taken():
    class OfArrays(nn.Module):
        def forward(self, rows):
            return np.asarray(rows)[:, :2]

    assert lt.explain_tabular(OfArrays(), ROW, X, target=0, n=50, rng=0).outputs.tolist() == ROW[:2].tolist()


def test_another_functions_error_stays_as_it_is():
    def fails(rows):
        raise RuntimeError("the file of the model is gone")

    with pytest.raises(RuntimeError, match=r"^the file of the model is gone$"):
        lt.explain_tabular(fails, ROW, X)


def test_the_remedy_names_the_place_of_the_parameters():
    assert of_rows(nn.Linear(2, 1, device="meta").eval()).endswith("dtype=torch.float32, device='meta'))")
    assert of_rows(nn.Identity().eval()).endswith("dtype=torch.float32))")


def test_a_module_in_place_of_a_function_of_texts_is_refused():
    with pytest.raises(
        TypeError, match=r"^predict must be a function of a list of texts, .*; .*lambda texts: model\(te"
    ):
        lt.explain_text(network(), "a good film")
