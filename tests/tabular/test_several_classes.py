"""Several classes at a row have, to the last bit, the explanations that each has alone, at the cost of one."""

import numpy as np
import pytest

import limetheory as lt

RNG = np.random.default_rng(3)
X = RNG.normal(size=(60, 5))
ROW = X[7]
SLOPES = RNG.normal(size=(5, 3))


class Model:
    """Three classes of interacting columns, which keeps the rows that it sees."""

    classes_ = ("red", "green", "blue")

    def __init__(self):
        self.seen = []

    def predict_proba(self, rows):
        self.seen.append(rows.copy())
        chances = np.exp(np.tanh(rows[:, : len(SLOPES)] @ SLOPES) + (rows[:, :1] > rows[:, 1:2]))
        return chances / chances.sum(axis=1, keepdims=True)

    @property
    def rows(self):
        return np.concatenate(self.seen)


def explain(model, row=ROW, training=X, **options):
    return lt.explain_tabular(model.predict_proba, row, training, **options)


def parts(found):
    """Every number of an explanation."""
    numbers = {
        "coefficients": found.coefficients, "standard_errors": found.standard_errors, "covariance": found.covariance,
        "intercept": found.intercept, "freedom": found.degrees_of_freedom, "n_masks": found.n_masks,
        "n_evaluations": found.n_evaluations, "target": found.target, "outputs": found.outputs,
        "values": found.record.values, "interval": found.asked_interval(0.9), "method": found.method,
        "conditions": found.conditions, "seed": found.seed,
    }  # fmt: skip
    if found.stopping is not None:
        numbers |= {"half_widths": found.stopping.half_widths, "reached": found.stopping.reached}
    return numbers


def assert_same(found, expected):
    for name, value in parts(expected).items():
        np.testing.assert_array_equal(parts(found)[name], value, err_msg=name)


OPTIONS = [
    {"n": 200}, {"n": 200, "method": "unbiased"}, {"n": 200, "ridge": 1, "include_original": True},
    {"n": 100, "repeats": 3, "batch_size": 16}, {"n": 200, "sampling": "latin"},
    {"n": 200, "sampling": "latin", "repeats": 2, "draws": "training"}, {"n": 200, "design": lt.BernoulliDesign},
    {"n": 200, "bins": None}, {"n": 200, "bins": None, "include_original": True, "batch_size": 7},
    {"n": 200, "bins": None, "sampling": "latin"},
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("rng", [0, "generator"])
def test_each_class_has_its_own_explanation_at_the_cost_of_one(options, rng):
    def source():
        return np.random.default_rng(7) if rng == "generator" else rng

    model = Model()
    together = explain(model, target="all", rng=source(), **options)
    assert [one.target for one in together] == [0, 1, 2]
    for found in together:
        alone = Model()
        assert_same(found, explain(alone, target=found.target, rng=source(), **options))
        assert len(model.seen) == len(alone.seen)
        np.testing.assert_array_equal(model.rows, alone.rows)


class Steeper(Model):
    """Three outputs in [0, 1] of which each varies more than the one before it."""

    def predict_proba(self, rows):
        self.seen.append(rows.copy())
        return 0.5 + 0.5 * np.tanh(rows[:, :5] @ SLOPES * [0.02, 0.3, 2.0])


BOUNDED, ASYMPTOTIC = {"tolerance": 0.12, "bounds": (0, 1)}, {"tolerance": 0.12, "guarantee": "asymptotic"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "columns", "order"),
    [(BOUNDED, 5, [2, 0, 1]), (ASYMPTOTIC, 24, [0, 1, 2])],
)
def test_to_a_tolerance_the_class_that_needs_most_rows_sets_the_cost(options, columns, order):
    training, model, rows = np.random.default_rng(1).normal(size=(60, columns)), Steeper(), []
    for found in explain(model, training[0], training, target=order, rng=5, **options):
        alone = Steeper()
        assert_same(found, explain(alone, training[0], training, target=found.target, rng=5, **options))
        rows.append(len(alone.rows))
    assert len(set(rows)) > 1 and len(model.rows) == max(rows)


def test_classes_are_given_by_name_and_more_than_once():
    found = explain(Model(), target=["blue", 0, 2], n=100, rng=0)
    assert [one.target for one in found] == [2, 0, 2]
    assert_same(found[0], found[2])
    assert_same(found[1], explain(Model(), target="red", n=100, rng=0))


@pytest.mark.parametrize("bins", ["quartile", None])
def test_a_generator_moves_on_and_none_is_shared(bins):
    alone, several = np.random.default_rng(0), np.random.default_rng(0)
    explain(Model(), target=0, n=100, rng=alone, bins=bins)
    explain(Model(), target=[0, 1], n=100, rng=several, bins=bins)
    assert alone.random() == several.random()
    one, other = explain(Model(), target=[1, 1], n=100, bins=bins)
    assert_same(one, other)


def test_masks_that_another_class_did_not_have_are_drawn_as_if_alone():
    def halves(function, design, n, rng):
        """Masks that show a column more often if the first answers are large."""
        generator = np.random.default_rng(rng)
        masks = generator.random((n // 2, design.d)) < 0.5
        first = function(masks)
        more = generator.random((n // 2, design.d)) < 0.3 + 0.4 * (first.mean() > 0.3)
        second = function(more)
        fit, *_ = np.linalg.lstsq(
            np.column_stack([np.ones(n), np.vstack([masks, more])]), np.concatenate([first, second]), rcond=None
        )
        return lt.Explanation(fit[1:], fit[0], np.zeros(design.d), n)

    model = Model()
    means = explain(Model(), target="all", n=100, rng=0)
    assert len({one.record.values[:50].mean() > 0.3 for one in means}) == 2
    for found in explain(model, target="all", n=100, rng=0, method=halves):
        assert_same(found, explain(Model(), target=found.target, n=100, rng=0, method=halves))
    rows = len(model.rows) - (found.n_evaluations - 1 - 100)  # less those of the checks
    assert 1 + 50 + 50 < rows < 1 + 50 + 3 * 50  # equal masks at the same place are the same rows


def test_each_class_can_be_kept_and_split(tmp_path):
    for found in explain(Model(), target="all", n=100, repeats=2, rng=0):
        alone = explain(Model(), target=found.target, n=100, repeats=2, rng=0)
        np.testing.assert_array_equal(found.variance_split.within, alone.variance_split.within)
        found.save(tmp_path / f"{found.target}.npz")
        np.testing.assert_array_equal(
            lt.load_explanation(tmp_path / f"{found.target}.npz").coefficients, alone.coefficients
        )


@pytest.mark.parametrize("bins", ["quartile", None])
@pytest.mark.parametrize(
    ("target", "kind", "message"),
    [
        ([], ValueError, "target must name at least one class, got "),
        ([0, 3], ValueError, "target must be below the number of columns the model returns, 3, got 3"),
        (["red", "pink"], ValueError, "class of the model, got 'pink'; its classes are red, green, blue"),
        ([0.5], TypeError, "target must be an integer, got 0.5"),
    ],
)
def test_classes_that_are_not_there_are_refused(target, kind, message, bins):
    with pytest.raises(kind, match=message):
        explain(Model(), target=target, n=100, rng=0, bins=bins)
