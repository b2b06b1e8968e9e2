"""The values that a set function returns are checked before they are used."""

import numpy as np
import pytest
import torch

from limetheory import Additive, ImageDesign, SetFunction, estimate, limit
from limetheory.evaluation import evaluate, superpixel_count

MASKS = np.eye(3, dtype=bool)


@pytest.mark.parametrize("answer", [[1, 2, 3], np.array([1, 2, 3], np.float32), (True, False, True)])
def test_answers_become_float64(answer):
    values = evaluate(lambda masks: answer, MASKS)
    assert values.dtype == np.float64 and values.tolist() == list(answer)


@pytest.mark.parametrize("answer", [[1, 2], 1.0, np.zeros((3, 2)), np.zeros((3, 1)), []])
def test_a_wrong_shape_is_refused(answer):
    with pytest.raises(ValueError, match=r"one number for each mask, shape \(3,\), got shape"):
        evaluate(lambda masks: answer, MASKS)


def test_tensors_with_gradients_are_read():
    assert evaluate(lambda masks: torch.arange(3.0, requires_grad=True), MASKS).tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_counted(bad):
    with pytest.raises(ValueError, match="got 2 NaN or infinite of 3"):
        evaluate(lambda masks: [bad, 1.0, bad], MASKS)


@pytest.mark.parametrize("run", [limit, lambda F, design: estimate(F, design, 50, rng=0)])
def test_limit_and_estimate_refuse_bad_answers_and_another_d(run):
    design = ImageDesign(3)
    with pytest.raises(ValueError, match="one number for each mask"):
        run(lambda masks: np.zeros((len(masks), 2)), design)
    with pytest.raises(ValueError, match="finite numbers"):
        run(lambda masks: np.where(masks[:, 0], np.nan, 0.0), design)
    for model in (Additive([1.0, 2.0]), SetFunction(np.zeros(4))):
        with pytest.raises(ValueError, match="got 2 and 3; build the design with d=2"):
            run(model, design)


def test_a_function_that_states_no_d_takes_the_design_s():
    assert superpixel_count(lambda masks: masks.sum(1), 5) == 5
