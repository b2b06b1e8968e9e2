"""Questions as JSON and back: the same question, for every kind of input and of budget."""

import json
import math
from dataclasses import fields, replace

import pytest

from limetheory.explaining.asked import asked, question_of
from limetheory.explaining.budget import Masks, Until
from limetheory.explaining.question import InputQuestion
from limetheory.images.question import Question
from limetheory.tabular.question import TableQuestion
from limetheory.text.question import TextQuestion

QUESTIONS = [
    InputQuestion(),
    Question(),
    Question(segmenter="higra", depth=3, top_k=1, segments=4, bandwidth=math.inf, target="cat", replacement=0.25),
    Question(budget=Masks(77, "unbiased"), target=(3, "cat"), seed=2**70, per_pixel="gaussian", smoothing="gaussian"),
    Question(segmenter="given", attribution="rise", budget=Masks(50)),
    TextQuestion(tokens="characters", missing="", target="all", batch_size=3),
    TableQuestion(bins="decile", bandwidth=0.5, budget=Masks(90, ridge=1.0, include_original=True)),
]
BUDGETS = [Until(0.05), Until(0.1, 0.9, (0, 1), "bounded", 5000), Until(0.1, guarantee="asymptotic")]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_read_again(question):
    assert question_of(type(question), json.loads(json.dumps(asked(question), allow_nan=False))) == question


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_tolerance_is_read_again(budget):
    found = question_of(InputQuestion, json.loads(json.dumps(asked(replace(InputQuestion(), budget=budget))))).budget
    for one in fields(Until):
        assert getattr(found, one.name) == getattr(budget, one.name)


def test_every_option_of_a_question_is_written():
    assert set(asked(Question())) == {one.name for one in fields(Question)}


def test_options_that_are_not_there_have_their_defaults():
    assert question_of(Question, {"seed": 4}) == Question(seed=4)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (None, TypeError), ([], TypeError), ({"budget": 3}, TypeError), ({"segmenter": 3}, TypeError),
        ({"seed": 1.0}, TypeError), ({"depth": True}, TypeError), ({"level": "0.9"}, TypeError),
        ({"nothing": 1}, ValueError), ({"budget": {"method": None}}, TypeError), ({"budget": {"n": "inf"}}, TypeError),
        ({"target": [None]}, TypeError), ({"target": {"a": 1}}, TypeError), ({"bandwidth": [1]}, TypeError),
        ({"per_pixel": 1}, TypeError),
    ],
)  # fmt: skip
def test_values_of_other_types_are_refused(content, error):
    with pytest.raises(error) as caught:
        question_of(Question, content)
    assert "\n" not in str(caught.value)
