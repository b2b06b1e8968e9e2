"""Random models and random outputs; the user's model is never changed."""

import naive
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scenes import CHECK, predictions
from scipy.stats import spearmanr
from torch import nn

import limetheory as lt
from limetheory.metrics import (
    Predictions,
    explanation_similarity,
    preservation,
    random_answers,
    random_model,
    randomisation_check,
)


def network():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
        return nn.Sequential(*layers, nn.Linear(4, 3)).train()


def weights(module):
    return {name: value.clone() for name, value in module.state_dict().items()}


@pytest.mark.parametrize("rule", ["shuffle", "reinitialise"])
def test_only_weights_of_the_copy_change(rule):
    module, state = network(), torch.get_rng_state()
    before = weights(module)
    random = weights(random_model(module, rule))
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state) and module.training
    assert {name for name in before if not torch.equal(before[name], random[name])} == {
        "0.weight", "0.bias", "5.weight", "5.bias"}  # fmt: skip


def test_shuffling_keeps_the_entries_of_every_tensor_and_reinitialising_does_not():
    before = weights(network())
    shuffled, drawn = (weights(random_model(network(), rule)) for rule in ("shuffle", "reinitialise"))
    for name, value in before.items():
        assert torch.equal(value.flatten().sort().values, shuffled[name].flatten().sort().values)
    assert not torch.equal(before["0.weight"].flatten().sort().values, drawn["0.weight"].flatten().sort().values)
    assert shuffled["0.weight"].shape == before["0.weight"].shape


@pytest.mark.parametrize("rule", ["shuffle", "reinitialise"])
def test_seeds(rule):
    a, b, c = (weights(random_model(network(), rule, seed))["0.weight"] for seed in (1, 1, 2))
    assert torch.equal(a, b) and not torch.equal(a, c)


@pytest.mark.slow
def test_shuffled_positions_are_uniform():
    # 3000 shuffles of 4 entries: each (entry, place) count is Binomial(3000, 1/4); 6 sd fails by chance below 4e-8,
    # while a rotation by one of two places is off by 31 of them.
    layer = nn.Linear(4, 1, bias=False)
    layer.weight.data = torch.arange(4.0)[None]
    rng = np.random.default_rng(0)
    rows = np.array([random_model(layer, rng=rng).weight.detach().numpy()[0] for _ in range(3000)])
    counts = np.array([[(rows[:, place] == entry).sum() for place in range(4)] for entry in range(4)])
    assert (np.abs(counts - 750) < 6 * np.sqrt(3000 * 3 / 16)).all()
    assert len(np.unique(rows, axis=0)) == 24  # not rotations alone


def test_a_random_model_is_explained_otherwise():
    image = np.random.default_rng(0).random((8, 8, 3))
    labels = np.arange(64).reshape(8, 8) // 8
    explain = [lt.explain_image(m, image, segments=labels, target=0, n=300, rng=0).coefficients
               for m in (network(), network(), random_model(network()))]  # fmt: skip
    assert explanation_similarity(explain[0], explain[1]) == pytest.approx(1)
    assert explanation_similarity(explain[0], explain[2]) < 0.9


def test_answers_are_the_columns_of_the_outputs_at_random():
    found, _ = predictions(5)
    masks = naive.masks(5)[1:]  # without the black image, whose three columns are equal
    rows, seen = found.outputs(masks), set()
    answers = random_answers(found, 0)
    for _ in range(60):
        values = answers(masks)
        column = (rows == values[:, None]).argmax(axis=1)
        assert (rows[np.arange(31), column] == values).all()
        seen |= set(zip(range(31), column.tolist(), strict=True))
    assert len(seen) == 31 * 3 and found.n_evaluations == 31 + CHECK


def test_answers_do_not_depend_on_blocks():
    found, _ = predictions(5)
    masks, whole, parts = naive.masks(5), random_answers(found, 3), random_answers(found, 3)
    assert (whole(masks) == np.concatenate([parts(masks[:7]), parts(masks[7:])])).all()


def test_answers_can_be_explained():
    found, _ = predictions(5)
    answer = lt.estimate(random_answers(found, 0), lt.ImageDesign(5), 50, 0)
    true = lt.estimate(found, lt.ImageDesign(5), 50, 0)
    assert abs(answer.coefficients - true.coefficients).max() > 0.01


def test_the_public_criterion_is_no_preservation():
    found, _ = predictions(5)
    outcomes = [(randomisation_check(found, m), preservation(found, m)) for m in naive.masks(5)]
    assert set(outcomes) == {(True, False), (False, True)}


def test_the_public_criterion_passes_an_explanation_that_did_not_change():
    # Class 1 needs both segments: what is shown alone never keeps it, however right the explanation.
    masked = lt.MaskedImage(np.array([[0.8, 0.9]]), np.array([[0, 1]]), 0.0)
    model = Predictions(lt.ModelFunction(lambda x: np.stack([np.full(len(x), 0.5), x[:, 0].prod(axis=1)], 1), masked))
    c = lt.limit(lt.SetFunction([0, 0, 0, 0.72]), lt.ImageDesign(2)).coefficients
    assert randomisation_check(model, np.array([True, False])) and explanation_similarity(
        [*c, 0.0], [*c, 0.0]
    ) == pytest.approx(1)


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 3)), min_size=3, max_size=9))
def test_similarity_is_spearmans(pairs):
    a, b = np.array(pairs, float).T
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        assert np.isnan(explanation_similarity(a, b))
    else:
        assert explanation_similarity(a, b) == pytest.approx(spearmanr(a, b)[0], abs=1e-12)


def test_sign_blind_similarity():
    a = np.array([1.0, -2.0, 3.0])
    assert explanation_similarity(a, -a) == pytest.approx(-1)
    assert explanation_similarity(a, -a, absolute=True) == pytest.approx(1)


def test_bad_arguments_are_refused():
    with pytest.raises(TypeError, match="torch module, got function"):
        random_model(lambda images: images)
    with pytest.raises(ValueError, match="a convolution or a linear layer, got ReLU"):
        random_model(nn.ReLU())
    with pytest.raises(ValueError, match="shuffle, reinitialise"):
        random_model(network(), "zero")
    with pytest.raises(ValueError, match="same d >= 2 segments, got 2 and 3"):
        explanation_similarity([1.0, 2.0], [1.0, 2.0, 3.0])
