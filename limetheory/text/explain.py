"""`explain_text`: LIME for one text, with standard errors or to a tolerance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from limetheory.designs import BernoulliDesign, Design, TextDesign
from limetheory.estimation.methods.table import Explain, Method
from limetheory.estimation.sequential.until import N_MAX
from limetheory.explaining.budget import LEVEL, budget_of
from limetheory.explaining.classes import Classes
from limetheory.explaining.explained import chosen_design, explained, refuse_design
from limetheory.explaining.model_function import ModelFunction
from limetheory.explaining.several_targets import for_targets, single
from limetheory.text.explanation import TextExplanation
from limetheory.text.masked import REMOVE, MaskedText
from limetheory.text.predictions import TextPredictions
from limetheory.text.tokens import Tokenizer

FIXED_N = 5000
"""Masks of an explanation without a tolerance; lime_text's number."""


def explain_text(
    predict: Any,
    text: str,
    *,
    target: int | str | Sequence[int | str] | None = None,
    tokens: str | Tokenizer = "words",
    missing: str = REMOVE,
    positions: bool = False,
    design: Design | Callable[[int], Design] | None = None,
    n: int = FIXED_N,
    method: str | Method | Explain = "wls",
    tolerance: float | None = None,
    level: float = LEVEL,
    rng: Any = None,
    bounds: tuple[float, float] | None = None,
    guarantee: str | None = None,
    n_max: int = N_MAX,
    ridge: float = 0.0,
    include_original: bool = False,
    batch_size: int | None = None,
) -> Any:
    """Explain one class of a model at one text by LIME, from n masks or as many as a tolerance needs.

    The defaults converge to the limit of text LIME (Ribeiro et al. 2016; Mardaoui & Garreau 2021);
    ``ridge=1, include_original=True`` is lime 0.2.0.1's own recipe on all words.

    Args:
        predict: a list of n strings → (n, classes) or (n,) scores; or an estimator of scikit-learn, or a pipeline of
            transformers or spaCy, see `TextPredictions`. It must answer to a text alone as in a batch of others.
        text: the text.
        target: column of the answer, or the name of a class; None takes the model's top class on the text. Of a list
            of them, or "all", each gets an explanation, all from the same masks and evaluations.
        tokens: "words", "characters", a function of the text that returns a list of (start, end), or a fast tokenizer
            of Hugging Face.
        missing: "remove", or the string that takes the place of a hidden token, such as a model's mask token.
        positions: False hides all occurrences of a token together, one coefficient for each distinct token; True
            explains each occurrence by itself.
        design: a design with d = number of coefficients, or a function of d; None is `TextDesign`, and
            `BernoulliDesign` for a text of one token, which `TextDesign` never shows.
        n: number of masks, at least d + 1. For a fixed number only.
        method, ridge, include_original: see `estimate`; for a fixed n only.
        tolerance: stop when every coefficient is within ±tolerance, in the unit of the model's output, see
            `estimate_until`.
        level: probability that all coefficients are, in (0, 1). For a tolerance only.
        rng: None, an int or a numpy.random.Generator (SPEC 7).
        bounds, guarantee, n_max: see `estimate_until`; for a tolerance only.
        batch_size: texts per evaluation; None is 256, and fewer of long texts.

    Returns:
        A `TextExplanation`; for several targets a list of them.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        Interrupted: on Ctrl-C, with the explanation of the finished part.

    >>> cheerful = lambda texts: [text.count("good") - 2.0 * text.count("bad") for text in texts]
    >>> answer = explain_text(cheerful, "Not bad: good plot, good cast.", n=100, rng=0)
    >>> dict(zip(answer.tokens, (answer.coefficients.round(9) + 0.0).tolist(), strict=True))
    {'Not': 0.0, 'bad': -2.0, 'good': 2.0, 'plot': 0.0, 'cast': 0.0}
    """
    budget = budget_of(
        tolerance,
        {
            "n": n, "method": method, "ridge": ridge, "include_original": include_original, "level": level,
            "bounds": bounds, "guarantee": guarantee, "n_max": n_max,
        },
        FIXED_N,
    )  # fmt: skip
    refuse_design(design)
    masked, predictions = MaskedText(text, tokens, missing, positions), TextPredictions(predict)
    function = ModelFunction(predictions, masked, single(target), batch_size)
    parts = "tokens" if masked.positions else "distinct tokens"
    chosen = chosen_design(design, masked.d, TextDesign if masked.d > 1 else BernoulliDesign, parts)

    def explain(classes: Classes) -> list[TextExplanation]:
        return explained(
            TextExplanation, classes, budget, chosen, rng, names=masked.tokens, class_names=predictions.class_names
        )

    return for_targets(explain, function, target)
