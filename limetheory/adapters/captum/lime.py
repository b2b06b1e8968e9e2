"""Captum's `Lime` on limetheory."""

from __future__ import annotations

import math
import warnings
from typing import Any

import captum.attr
import torch
from captum._utils.models.linear_model import SkLearnLasso
from captum._utils.models.model import Model
from torch import Tensor
from tqdm.auto import tqdm

from limetheory.adapters.captum.draws import Draw, bernoulli, drawn_by
from limetheory.adapters.captum.evaluated import Evaluation, Similarity, evaluated, outputs
from limetheory.adapters.captum.fits import coefficients
from limetheory.adapters.captum.kernels import get_exp_kernel_similarity_function
from limetheory.adapters.captum.question import Question, read
from limetheory.arguments import flag, instance, integer
from limetheory.counts import count
from limetheory.estimation.methods.few_masks import FewMasksWarning
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation
from limetheory.functions import function
from limetheory.outside import outside

_LASSO = 0.01  # Captum's default penalty


class Lime(captum.attr.Lime):  # type: ignore[misc]
    """Captum's `Lime`: the same arguments and defaults, and for a ``torch.manual_seed`` the same masks.

    Everything is computed in float64, equal masks are evaluated once, and `explanations` holds intervals. Where an
    answer differs from Captum's is listed in ``docs/howto/captum-adapter.md``.

    Args:
        forward_func: inputs → outputs, a torch module or any callable.
        interpretable_model: a `Model` of Captum; None is ``SkLearnLasso(alpha=0.01)``. Those of scikit-learn are fitted
            in float64.
        similarity_func: (inputs, masked inputs, mask (1, d), **options) → the weight of the mask; None is
            ``get_exp_kernel_similarity_function("cosine", 1.0)``.
        perturb_func: (inputs, **options) → a mask (1, d) of zeros and ones, or a generator of masks; None shows each
            feature with probability 1/2.

    Attributes:
        samples: of the last call, the masks, weights and values of each example.

    >>> from captum._utils.models.linear_model import SkLearnLinearRegression
    >>> lime = Lime(lambda x: x @ torch.tensor([2.0, -1.0]), SkLearnLinearRegression())
    >>> _ = torch.manual_seed(0)
    >>> lime.attribute(torch.tensor([[3.0, 5.0]])).round(decimals=6).tolist()
    [[6.0, -5.0]]
    """

    def __init__(
        self, forward_func: Any, interpretable_model: Any = None, similarity_func: Any = None, perturb_func: Any = None
    ):
        model = SkLearnLasso(alpha=_LASSO) if interpretable_model is None else interpretable_model
        similarity = get_exp_kernel_similarity_function() if similarity_func is None else similarity_func
        captum.attr.Lime.__init__(
            self,
            function("forward_func", forward_func, "inputs → outputs"),
            instance("interpretable_model", model, Model, "captum._utils.models.linear_model has them"),
            function("similarity_func", similarity, "(inputs, masked inputs, mask, **options) → weight"),
            None if perturb_func is None else function("perturb_func", perturb_func, "(inputs, **options) → mask"),
        )
        self._given_perturb_func = perturb_func
        self.samples: list[Sample] = []

    def attribute(
        self,
        inputs: Any,
        baselines: Any = None,
        target: Any = None,
        additional_forward_args: Any = None,
        feature_mask: Any = None,
        n_samples: int = 25,
        perturbations_per_eval: int = 1,
        return_input_shape: bool = True,
        show_progress: bool = False,
    ) -> Any:
        """Explain an output by a linear model of the features that a mask shows.

        Args:
            inputs: a tensor (m, …) of m examples, or a tuple of them. Each example is explained by itself where the
                forward function returns a number for each; all together where it returns one for the batch.
            baselines: what hidden entries show: a number or a tensor, or a tuple with one for each input; None is 0.
            target: which output: an integer, a tuple, or a list or tensor with one for each example; None where there
                is a single one.
            additional_forward_args: further arguments of the forward function, a tuple if there are several.
            feature_mask: integers that broadcast to the inputs: the feature of each entry, shared between inputs where
                numbers are the same; None makes each entry a feature.
            n_samples: number of masks. Captum's default of 25 determines the coefficients of at most 24 features.
            perturbations_per_eval: masks for each call of the forward function.
            return_input_shape: whether each entry gets the coefficient of its feature; else the coefficients alone
                are returned, (1, d), or (m, d) for m examples.
            show_progress: whether a bar shows the calls.

        Returns:
            Attributions of the inputs' form, float64 where the first input is and float32 elsewhere.

        Raises:
            TypeError, ValueError: an argument of another form, or outputs that are no finite numbers.

        Warns:
            FewMasksWarning: the masks cannot determine the coefficients.
            UserWarning: a lasso makes all coefficients 0, or ``perturb_func`` yields fewer masks.
        """
        question = read(inputs, baselines, target, additional_forward_args, feature_mask)
        n, batch = count("n_samples", n_samples, 1), integer("perturbations_per_eval", perturbations_per_eval, 1)
        shaped, bar = flag("return_input_shape", return_input_shape), flag("show_progress", show_progress)
        self._refuse(question, n)
        with torch.no_grad():
            alone = self._alone(question, batch)
            parts = [question.example(i) for i in range(question.examples)] if alone else [question]
            fitted = [self._fitted(part, n, batch, bar) for part in parts]
        self.samples = [sample for sample, _ in fitted]
        if shaped:
            entries = [_shaped(part, slopes) for part, (_, slopes) in zip(parts, fitted, strict=True)]
            return question.as_given(tuple(map(torch.cat, zip(*entries, strict=True))))
        found = [_plain(question, slopes) for _, slopes in fitted]
        return torch.cat([one.reshape(1, -1) for one in found]) if alone else found[0]

    @property
    def explanations(self) -> list[Explanation]:
        """The least-squares fit to the sample of each example, with standard errors and `Explanation.interval`.

        With a ``SkLearnRidge`` it is the fit of that ridge. A lasso has no standard errors; this is what least squares
        makes of the same masks.
        """
        return [self._explained(sample) for sample in self.samples]

    def _explained(self, sample: Sample) -> Explanation:
        model = self.interpretable_model
        ridge = getattr(model, "sklearn_module", "") == "linear_model.Ridge"
        return wls(sample, float(model.construct_kwargs.get("alpha", 1.0)) if ridge else 0.0)

    def _refuse(self, question: Question, n: int) -> None:
        """Warn of too few masks; of another class, refuse what it cannot answer."""
        d = question.masked.d
        if n < d + 1:
            warnings.warn(
                f"n_samples must be at least d + 1 = {d + 1} for the masks to determine the coefficients of d = {d} "
                f"features, got {n}; draw more, or join entries to features by feature_mask",
                FewMasksWarning,
                stacklevel=outside(),
            )

    def _alone(self, question: Question, batch: int) -> bool:
        """Whether each example is explained by itself: the forward function returns a number for each."""
        if question.examples == 1:
            return False
        found = outputs(self.forward_func, question.masked.inputs, question.target, question.further)
        if len(found) not in (1, question.examples):
            raise ValueError(
                f"forward_func must return a number for each of {question.examples} examples, or one for all, got "
                f"{len(found)}; give a target"
            )
        if len(found) == 1 and batch > 1:
            raise ValueError(
                f"perturbations_per_eval must be 1 where forward_func returns one number for a batch, got {batch}"
            )
        return len(found) > 1

    def _fitted(self, question: Question, n: int, batch: int, bar: bool) -> tuple[Sample, Tensor]:
        """The sample of a question and the coefficients of its features."""
        calls = math.ceil(n / batch)
        with tqdm(total=calls, desc=f"{self.get_name()} attribution", disable=not bar) as shown:
            ask = Evaluation(self.forward_func, question, self._similarity, shown.update)
            found = evaluated(ask, self._draw(question), n, batch)
            shown.update(calls - shown.n)  # those that equal masks have saved
        return self._coefficients(question, *found)

    @property
    def _similarity(self) -> Similarity:
        own: Similarity = self.similarity_func
        return own

    def _draw(self, question: Question) -> Draw:
        own = self._given_perturb_func
        return bernoulli(question.masked.d) if own is None else drawn_by(own, question)

    def _coefficients(self, question: Question, masks: Any, weights: Any, values: Any) -> tuple[Sample, Tensor]:
        sample = Sample.of(masks, weights, values)
        sample.total_weight()
        return sample, coefficients(self.interpretable_model, sample, question.masked.inputs[0].device)


def _precision(question: Question) -> torch.dtype:
    return torch.float64 if question.masked.inputs[0].dtype is torch.float64 else torch.float32


def _plain(question: Question, representation: Tensor) -> Tensor:
    """The coefficients as they are returned."""
    return representation.to(_precision(question)) if representation.dtype is torch.float64 else representation


def _shaped(question: Question, representation: Tensor) -> tuple[Tensor, ...]:
    """The coefficient of each entry of each input, (1, …): of a batch that is explained as one, its first example."""
    slopes = representation.detach().flatten().to(_precision(question))
    masked = question.masked
    return tuple(
        slopes.to(x.device)[features.expand(x.shape)[:1]]
        for x, features in zip(masked.inputs, masked.features, strict=True)
    )
