"""Models of every kind of input must answer always alike: those that drift, mix the batch or are random are told of."""

import warnings

import numpy as np
import pytest

import limetheory as lt

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(80, 4))
IMAGE, LABELS = RNG.random((12, 12, 3)), np.arange(144).reshape(12, 12) // 12


def _asked(options):
    return {"rng": 0, **({} if "tolerance" in options else {"n": 200}), **options}


def of_image(model, **options):
    return lt.explain_image(
        lambda images: model(images.mean(axis=(1, 2, 3))), IMAGE, segments=LABELS, **_asked(options)
    )


def of_text(model, **options):
    lengths = lambda texts: model(np.array([len(text) / 20 for text in texts]))  # noqa: E731
    return lt.explain_text(lengths, "one of the twelve words that are in this short text here", **_asked(options))


def of_row(model, **options):
    means = lambda rows: model(np.asarray(rows).mean(axis=1))  # noqa: E731
    return lt.explain_tabular(means, ROWS[0], ROWS, **_asked(options))


def without_bins(model, **options):
    return of_row(model, bins=None, **options)


KINDS = {"image": of_image, "text": of_text, "row": of_row, "row without bins": without_bins}
of_every_kind = pytest.mark.parametrize("explain", KINDS.values(), ids=KINDS)


class Drifting:
    """A number of the input, which grows once so many inputs were seen."""

    def __init__(self, step, begins=100):
        self.step, self.begins, self.seen = step, begins, 0

    def __call__(self, numbers):
        self.seen += len(numbers)
        return numbers * (1 + self.step * (self.seen > self.begins))


@of_every_kind
@pytest.mark.parametrize("target", [None, [0]])
def test_a_model_that_drifts_later_brings_a_warning(explain, target):
    with pytest.warns(UserWarning, match=r"same answer to the same input, got .* before the masks and .* behind them"):
        explain(Drifting(1e-2), target=target)


@pytest.mark.parametrize("explain", [of_image, of_text, of_row], ids=["image", "text", "row"])
def test_also_to_a_tolerance(explain):
    with pytest.warns(UserWarning, match=r"same answer to the same input, got .* before the masks and .* behind them"):
        explain(Drifting(1e-2, 60), tolerance=0.05, guarantee="asymptotic")


@of_every_kind
@pytest.mark.parametrize("target", [None, "all"])
def test_a_steady_model_brings_none_and_every_evaluation_is_counted(explain, target):
    model = Drifting(0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = explain(model, target=target)
    assert (found[0] if target else found).n_evaluations == model.seen


@of_every_kind
@pytest.mark.parametrize(
    "model", [lambda x: x - x.mean(), lambda x: np.cumsum(x), lambda x: x + (np.arange(len(x)) > 3)],
    ids=["centred", "summed", "capacity"],
)  # fmt: skip
def test_a_model_that_mixes_the_batch_is_refused(explain, model):
    with pytest.raises(ValueError, match=r"as in a batch of others, got \S+ alone and \S+ in a batch of \d+"):
        explain(model)
    assert np.isfinite(explain(model, batch_size=1).coefficients).all()


@of_every_kind
@pytest.mark.parametrize("batch_size", [1, 2, None])
def test_a_random_model_is_refused(explain, batch_size):
    chance = np.random.default_rng(1)
    with pytest.raises(ValueError, match=r"same answer to the same input, got \S+ and then \S+; switch"):
        explain(lambda x: x + 1e-3 * chance.normal(size=len(x)), batch_size=batch_size)
