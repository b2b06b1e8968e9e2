"""The simulated users of the 2016 paper: rows come from their seeds, judgements and tables are right."""

import json

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import limetheory as lt
from experiments._frame import Job
from experiments._frame.saved_rows import load
from experiments.lime2016 import choice, corpus, faithfulness, forests, pictures, report, shortcut, trust
from experiments.lime2016.corpus import MADE_UP
from experiments.lime2016.experiment import EXPERIMENT, PARTS, jobs
from experiments.lime2016.intervals import mean_of, percent
from experiments.lime2016.local import Local
from experiments.lime2016.models import Scored
from experiments.lime2016.settings import FULL, SMOKE
from limetheory.cli.main import run
from tests.experiments.present_words import small

ROWS = load(EXPERIMENT.saved)
COMMAND = ["experiment", "run", "lime2016"]


@pytest.fixture(scope="module", autouse=True)
def small_corpus():
    """Fewer made-up documents: nothing that is tested depends on how many there are."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(corpus, "MADE_UP_NUMBER", 300)
        corpus.documents.cache_clear()
        yield
    corpus.documents.cache_clear()


@pytest.mark.slow
def test_the_smoke_mode_prints_a_row_of_every_part_and_touches_no_saved_row(capsys):
    before = EXPERIMENT.saved.read_bytes() if EXPERIMENT.saved.exists() else None
    assert run([*COMMAND, "--smoke"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["part"] for row in rows} == set(PARTS) and len(rows) == 2 + 6 + 2 + 2 + 2
    assert all(row["versions"]["scikit-learn"] and row["seconds"] > 0 for row in rows)
    assert (EXPERIMENT.saved.read_bytes() if EXPERIMENT.saved.exists() else None) == before
    for part in PARTS:
        assert report.TABLES[part]([row for row in rows if row["part"] == part]).count("|") > 20


@pytest.mark.slow
def test_the_dry_run_measures_nothing_and_says_how_much_is_missing(tmp_path, capsys):
    out = tmp_path / "rows.jsonl"
    assert run([*COMMAND, "--dry-run", "--only", "shortcut", "--out", str(out)]) == 0
    assert "10 rows are missing" in capsys.readouterr().out and not out.exists()


def test_a_forecast_adds_the_medians_of_rows_of_the_same_kind():
    rows = [{"part": "trust", "model": "svm", "seconds": float(s)} for s in (60, 120, 600)]
    missing = [Job({"part": "trust", "model": "svm"}, dict), Job({"part": "choice", "model": "forest"}, dict)]
    assert report.forecast(missing, rows) == (
        "2 rows are missing, about 2 minutes of one core; 1 more have no saved row to tell from."
    )


def test_every_part_has_jobs_with_different_keys(tmp_path):
    for folder, corpora in ((None, {MADE_UP}), (tmp_path, {"books", "dvd"})):
        keys = [job.key for job in jobs(folder, FULL)]
        assert len({tuple(key.values()) for key in keys}) == len(keys)
        assert {key["data"] for key in keys if key["part"] == "faithfulness"} == corpora
        assert {key["part"] for key in keys} == set(PARTS)


# the parts


@pytest.mark.slow
def test_rows_are_those_of_their_seeds():
    makers = (
        lambda seed: faithfulness.one_seed(MADE_UP, None, "tree", seed, SMOKE),
        lambda seed: trust.one_model(MADE_UP, None, "logistic", seed, SMOKE),
        lambda seed: choice.one_pair_by_parzen(MADE_UP, None, seed, SMOKE),
        lambda seed: pictures.one_photograph("coffee", "shapes", seed, SMOKE),
        lambda seed: shortcut.one_network("digits", "watermark", seed, SMOKE),
    )
    for make in makers:
        first, again, other = make(1), make(1), make(2)
        for row in (first, again, other):
            assert row.pop("seconds") > 0
        assert first == again and {**other, "seed": 1} != first


def test_untrustworthy_words_are_a_quarter_and_decide_who_flips():
    sets = trust.untrustworthy(40, 6, 0)
    assert (sets.sum(axis=1) == 10).all() and len(np.unique(sets, axis=0)) == 6
    row = csr_matrix(np.array([[1.0, 0, 1, 1]]))
    model = Scored(None, 0.5)
    object.__setattr__(model, "estimator", type("M", (), {
        "predict_proba": lambda self, rows: np.array([[0, x] for x in rows.toarray() @ [0.4, 9.0, 0.3, -0.1]])
    })())  # fmt: skip
    flipped = trust.flips(model, row, np.array([[True, False, False], [False, False, True], [False, True, True]]))
    assert flipped.tolist() == [True, False, True]


def test_spurious_words_are_twice_as_frequent_in_one_class():
    rows, labels = small(4_000)
    rates = np.array([[0.1, 0.2]] * 5 + [[0.2, 0.1]] * 5)
    added = forests.with_spurious(rows, labels, rates, np.random.default_rng(0))[:, 30:].toarray()
    for label in (0, 1):
        size = (labels == label).sum()
        np.testing.assert_allclose(added[labels == label].mean(axis=0), rates[:, label], atol=5 * np.sqrt(0.16 / size))


def test_a_user_chooses_the_forest_with_fewer_mistrusted_predictions():
    spurious = np.array([False, False, True, True])
    honest = [(np.array([0, 2]), Local(np.array([0]), np.array([0.4]), 0.8)) for _ in range(3)]
    other = [(np.array([0, 2]), Local(np.array([1]), np.array([0.4]), 0.8)) for _ in range(2)]
    misled = [honest[0], *other]
    order = np.arange(3)
    np.testing.assert_array_equal(choice.mistrusted(misled, order, spurious), [0, 2, 2])
    assert choice.chosen([honest, misled], [order, order], spurious, 3, 0) == [0.5, 1.0, 1.0]
    assert choice.chosen([honest, misled], [order, order], spurious, 3, 1) == [0.5, 0.0, 0.0]
    seen = [(np.array([1, 3]), Local(np.array([1]), np.array([5.0]))),
            (np.array([0, 2]), Local(np.array([0, 1]), np.array([1.0, 1.0])))]  # fmt: skip
    assert choice.picked(seen, 4, 2).tolist() == [0, 1]


@pytest.mark.parametrize("kind", sorted(pictures.MODELS))
def test_the_superpixels_said_to_be_used_are_those_of_the_set_function(kind):
    masked = pictures.masked_photograph("astronaut")
    model, used = pictures.MODELS[kind](masked, np.random.default_rng(3))
    function, asked = lt.set_function(model, masked), pictures.Pixels(model, masked)
    masks = np.random.default_rng(0).random((20, masked.d)) < 0.7
    np.testing.assert_allclose(asked(masks), function(masks), atol=1e-9)
    coefficients = lt.limit(function, lt.BernoulliDesign(masked.d)).coefficients
    np.testing.assert_array_equal(np.flatnonzero(np.abs(coefficients) > 1e-9), np.sort(used))


def test_the_watermark_is_one_superpixel_and_the_only_difference():
    images, eights = shortcut.digits()
    assert set(np.unique(eights)) == {False, True} and images.max() <= 1
    white = shortcut.marked(images[:2], np.array([True, False]))
    changed = (white[0] != images[0]) & (shortcut.segments() == shortcut.CORNER)
    np.testing.assert_array_equal(white[0] != images[0], changed)
    assert changed.sum() == 4 and (white[1] == images[1]).all()
    coefficients = np.zeros(shortcut.SUPERPIXELS)
    coefficients[[0, shortcut.CORNER]] = [-3.0, 1.0]
    assert shortcut.share(coefficients) == 0.25 and shortcut.rank(coefficients) == 2


def test_an_interval_draws_documents_as_a_whole():
    alone, together = (mean_of([0.0, 0.0, 1.0, 1.0], groups) for groups in (None, ["a", "a", "b", "b"]))
    assert alone[0] == together[0] == 0.5
    assert percent([0.0, 1.0] * 4, list("aabbccdd")) == "50.0" and percent([1.0] * 5) == "100.0 [100.0, 100.0]"
    assert together[1:] == (0.0, 1.0) and alone[2] - alone[1] <= 1.0
    many = mean_of(np.repeat([0.0, 1.0], 200).tolist())
    assert many[2] - many[1] == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(400), rel=0.1)


def test_a_table_shows_the_papers_numbers_below_the_measured_ones():
    row = {
        "part": "faithfulness", "data": "books", "model": "tree", "seed": 0, "document": list(range(6)),
        "words": [20, 40] * 3,
        "used": [2, 4] * 3, "named": 10, "masks": 15_000,
        **{what: {name: [0.5, 1.0] * 3 for name in report.NAMES} for what in ("recall", "first")},
    }  # fmt: skip
    row["recall"]["lime"], row["recall"]["limit"] = [0.5] * 6, [1.0] * 6
    text = report.faithfulness([row])
    assert "| | *paper, recalled* | 20.6 | 78.9 | 37.0 | 97.0 |  |  |  |  |  |" in text
    assert "| books | tree | 75.0 [58.3, 91.7] |" in text and "(3 of 30, medians)" in text
    assert "tree: LIME misses 50.0 [50.0, 50.0] %, its limit 0.0 [0.0, 0.0] %" in text
    assert "the difference is 50.0 [50.0, 50.0] points" in text


@pytest.mark.skipif(not ROWS, reason="nothing saved yet")
def test_the_saved_rows_are_of_the_full_size_and_of_clean_commits():
    for row in ROWS:
        assert "+dirty" not in row["versions"]["revision"]
        for name in set(vars(FULL)) & set(row):
            assert row[name] == getattr(FULL, name)
    assert {row["part"] for row in ROWS} == set(PARTS)
