"""What the adapter for Captum's Lime refuses, each in one line with a remedy."""

import pytest
import torch
from captum._utils.models.linear_model import SkLearnRidge
from sklearn.linear_model import Ridge
from tensor_questions import scalars

from limetheory.adapters.captum import Lime, get_exp_kernel_similarity_function

pytestmark = pytest.mark.filterwarnings("ignore:.*multiple inputs for Lime:UserWarning", "ignore:Minimum element")

ROW = torch.ones(1, 3)
REFUSED = {
    "no tensor": ({"inputs": [1.0]}, "inputs must be a tensor"),
    "no example": ({"inputs": torch.zeros(0, 3)}, "one at least, got"),
    "other numbers of examples": ({"inputs": (ROW, torch.ones(2, 3))}, "as many examples"),
    "baselines of another shape": ({"baselines": torch.ones(1, 4)}, r"must broadcast .* got shape \(1, 4\)"),
    "too few baselines": ({"inputs": (ROW, ROW), "baselines": 0}, "one for each of 2 inputs, got 1"),
    "a word as baseline": ({"baselines": "mean"}, "baselines must be numbers or tensors, got 'mean'"),
    "a mask of floats": ({"feature_mask": torch.ones(1, 3)}, r"integers, got torch.float32; write feature_mask.long"),
    "a mask of another shape": ({"feature_mask": torch.ones(1, 2).long()}, "must broadcast"),
    "a target that is not there": ({"target": 5}, "target must be an output of each example, got 5"),
    "too many targets": ({"target": [0, 1]}, "of which there are 1, got"),
    "a word as target": ({"target": "cat"}, "target must be None"),
    "no masks": ({"n_samples": 0}, "n_samples must be at least 1, got 0"),
    "half a batch": ({"perturbations_per_eval": 0.5}, "perturbations_per_eval must be an integer"),
    "several outputs": ({"target": None}, "one number for each masked input, got 2 for 1; give a target"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_are_one_line(name):
    arguments, words = REFUSED[name]
    with pytest.raises((TypeError, ValueError), match=words) as found:
        Lime(lambda x, *rest: torch.stack([x.sum(1), x.prod(1)], 1)).attribute(
            **{"inputs": ROW, "target": 0, **arguments}
        )
    assert len(str(found.value).splitlines()) == 1


def test_functions_are_refused_where_they_answer_otherwise():
    def nan(x):
        return x.sum(1) * float("nan")

    cases = [
        ({"forward_func": nan}, "finite numbers, got 1 NaN"),
        ({"forward_func": lambda x: "high"}, "forward_func must return"),
        ({"forward_func": lambda: 1.0}, "forward_func must be a callable inputs → outputs"),
        ({"similarity_func": lambda *a, **k: -1.0}, "a finite weight of at least 0, got -1.0"),
        ({"similarity_func": lambda *a, **k: 0.0}, "positive sum"),
        ({"perturb_func": lambda x, **k: torch.rand(1, 3)}, "zeros and ones, got"),
        ({"perturb_func": lambda x, **k: torch.ones(3)}, r"shape \(1, 3\), got shape \(3,\)"),
        ({"perturb_func": _nothing}, "got an empty generator"),
    ]  # fmt: skip
    for functions, words in cases:
        with pytest.raises((TypeError, ValueError), match=words) as found:
            Lime(**{"forward_func": lambda x: x.sum(1), **functions}).attribute(ROW)
        assert len(str(found.value).splitlines()) == 1, found.value


def _nothing(original, **options):
    yield from ()


def test_models_are_refused_where_they_cannot_be_fitted():
    from captum._utils.models.linear_model import SkLearnLinearModel

    cases = [
        (SkLearnLinearModel("linear_model.LogisticRegression"), "must fit the masks and values, got"),
        (SkLearnLinearModel("linear_model.Lars"), "take the weights of masks, got Lars"),
        (SkLearnRidge(alpha=-1.0), "must fit the masks and values, got"),
    ]
    for model, words in cases:
        with pytest.raises(ValueError, match=words) as found:
            Lime(lambda x: x.sum(1) / 7, model).attribute(ROW)
        assert len(str(found.value).splitlines()) == 1, found.value
    with pytest.raises(TypeError, match="interpretable_model must be of the class Model, got Ridge"):
        Lime(torch.sum, Ridge())
    for wrong, words in (
        (("cos", 1.0), "distance_mode must be one of"),
        (("cosine", 0), "kernel_width must be above 0"),
    ):
        with pytest.raises(ValueError, match=words):
            get_exp_kernel_similarity_function(*wrong)


def test_one_number_for_a_batch_allows_one_perturbation_only():
    forward, inputs, arguments = scalars()["a number"]
    with pytest.raises(ValueError, match=r"perturbations_per_eval must be 1 .* got 2"):
        Lime(forward).attribute(inputs, **arguments, perturbations_per_eval=2)
    with pytest.raises(ValueError, match="got 1 for 2; give a target, or set perturbations_per_eval=1"):
        Lime(lambda x: float(x.sum())).attribute(ROW, perturbations_per_eval=2)
    with pytest.raises(ValueError, match="a number for each of 3 examples, or one for all, got 2"):
        Lime(lambda x: x.sum(1)[:2]).attribute(inputs)
