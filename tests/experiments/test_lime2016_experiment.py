"""The simulated users of the 2016 paper: readers, models, explainers and judgements are what they say they are."""

import json
import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.svm import SVC

import limetheory as lt
from experiments._frame import Job
from experiments._frame.saved_rows import load
from experiments.lime2016 import choice, faithfulness, forests, no_intercept, pictures, report, shortcut, trust
from experiments.lime2016.corpus import MADE_UP, divided, documents
from experiments.lime2016.design import PaperTextDesign
from experiments.lime2016.experiment import EXPERIMENT, PARTS, jobs
from experiments.lime2016.intervals import mean_of, percent
from experiments.lime2016.lime import at_most, from_coefficients, k_lasso
from experiments.lime2016.local import Local, f1, recall
from experiments.lime2016.made_up import made_up, vocabulary
from experiments.lime2016.models import SPARSE, Scored, decisions, small_tree, sparse_logistic, tree_words, used_words
from experiments.lime2016.others import at_random, greedy
from experiments.lime2016.parzen import Parzen, _windows
from experiments.lime2016.reviews import reviews, texts_of
from experiments.lime2016.settings import FULL, SMOKE
from experiments.lime2016.words import Words, exact_form
from limetheory.estimation.samples.sample import draw

ROWS = load(EXPERIMENT.saved)
COMMAND = [sys.executable, "-m", "limetheory", "experiment", "run", "lime2016"]


def small(rows=160, words=30, seed=0):
    """Rows of present words, and classes that two of the words decide."""
    rng = np.random.default_rng(seed)
    found = csr_matrix((rng.random((rows, words)) < 0.3).astype(float))
    return found, (found[:, [0]].toarray()[:, 0] + found[:, [1]].toarray()[:, 0] > rng.random(rows)).astype(int)


@pytest.mark.slow
def test_the_smoke_mode_prints_a_row_of_every_part_and_touches_no_saved_row():
    before = EXPERIMENT.saved.read_bytes() if EXPERIMENT.saved.exists() else None
    done = subprocess.run([*COMMAND, "--smoke"], capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["part"] for row in rows} == set(PARTS) and len(rows) == 2 + 4 + 1 + 2 + 2
    assert all(row["versions"]["scikit-learn"] and row["seconds"] > 0 for row in rows)
    assert (EXPERIMENT.saved.read_bytes() if EXPERIMENT.saved.exists() else None) == before
    for part in PARTS:
        assert report.TABLES[part]([row for row in rows if row["part"] == part]).count("|") > 20


def test_the_dry_run_measures_nothing_and_says_how_much_is_missing(tmp_path):
    out = tmp_path / "rows.jsonl"
    done = subprocess.run(
        [*COMMAND, "--dry-run", "--only", "shortcut", "--out", str(out)], capture_output=True, text=True, check=True
    )
    assert "10 rows are missing" in done.stdout and not out.exists()


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


# reviews


def test_the_reader_survives_broken_markup_and_both_encodings():
    file = (
        b"<review><title>\nA & B <i>\n</title><review_text>\nfirst <b>one</b> & more\n</review_text>\n</review>\n"
        b"<review><review_text>no closing tag\n</review>\n"
        b"<review><review_text>cut by the next\n<review>\n<review_text>latin caf\xe9</review_text></review>"
        b"<review_text>\n\n</review_text><review_text>utf caf\xc3\xa9</review_text>stray</review_text>"
        b"<review><review_text>end of the file"
    )
    assert texts_of(file) == [
        "first <b>one</b> & more", "no closing tag", "cut by the next", "latin café", "utf café", "end of the file"
    ]  # fmt: skip
    assert texts_of(b"no review at all </review_text>") == []


def test_a_domain_gives_texts_with_their_classes(tmp_path):
    for side, text in (("negative", b"bad"), ("positive", b"good")):
        (tmp_path / f"{side}.review").write_bytes(2 * (b"<review_text>" + text + b"</review_text>"))
    assert reviews(tmp_path) == (["bad", "bad", "good", "good"], [0, 0, 1, 1])
    (tmp_path / "positive.review").write_bytes(b"")
    with pytest.raises(ValueError, match=r"reviews in positive\.review .*leave --data out"):
        reviews(tmp_path)
    with pytest.raises(ValueError, match="needs --data"):
        documents("books", None)


def test_made_up_reviews_are_those_of_their_seed_and_have_their_opinions():
    texts, labels = made_up(200, seed=3)
    assert (texts, labels) == made_up(200, seed=3) and texts != made_up(200, seed=4)[0]
    good = [sum(word.startswith("good") for word in text.split()) for text in texts]
    bad = [sum(word.startswith("bad") for word in text.split()) for text in texts]
    more = np.array(good) > np.array(bad)
    assert np.mean(more[np.array(labels) == 1]) > 0.8 and np.mean(more[np.array(labels) == 0]) < 0.2
    sizes = [len(set(text.split())) for text in texts]
    assert min(sizes) >= 20 and max(sizes) <= 120 and set(" ".join(texts).split()) <= set(vocabulary())


def test_a_division_has_no_document_on_both_sides_and_the_vocabulary_of_the_training_side():
    found = divided(MADE_UP, None, 5)
    texts, labels = documents(MADE_UP, None)
    assert found.train.shape[0] + found.test.shape[0] == len(texts) and len(set(found.test_documents)) == 400
    np.testing.assert_array_equal(found.test_labels, labels[found.test_documents])
    rows = found.vectorizer.transform([texts[i] for i in found.test_documents])
    assert (rows != found.test).nnz == 0 and set(found.test.data) == {1.0}
    assert found.train.getnnz(axis=0).min() > 0


# models and their closed forms


def test_the_design_is_the_papers():
    d = 7
    design, size = PaperTextDesign(d), np.arange(8)
    distance = 100 * (1 - np.sqrt(size / d))
    mass = np.where((size >= 1) & (size < d), np.exp(-(distance**2) / 25**2), 0)
    np.testing.assert_allclose(design.size_law, mass / mass.sum(), atol=1e-14)
    drawn = design.sample(4_000, np.random.default_rng(0)).sum(axis=1)
    assert set(drawn) == set(range(1, d))
    np.testing.assert_allclose(np.bincount(drawn)[1:] / 4_000, 1 / (d - 1), atol=5 * np.sqrt(0.14 / 4_000))


def test_the_decisions_of_a_machine_are_scikit_learns():
    rows, labels = small()
    machine = SVC(C=10, gamma=0.05).fit(rows, labels)
    np.testing.assert_allclose(decisions(machine, rows), machine.decision_function(rows), atol=1e-10)


@pytest.mark.parametrize("name", ["sparse logistic", "tree", "svm"])
def test_closed_forms_are_the_classifiers_own_answers(name):
    texts, labels = made_up(400, seed=1)
    vectorizer = CountVectorizer(binary=True, dtype=np.float64)
    rows = csr_matrix(vectorizer.fit_transform(texts))
    machine = SVC(C=10, gamma=0.01)
    model = Scored(machine.fit(rows, labels), 0.0) if name == "svm" else SPARSE[name](rows, np.array(labels), rows, 0)
    exact = exact_form(model, vectorizer)(rows[3])
    masks = np.random.default_rng(0).random((50, rows[3].nnz)) < 0.6
    np.testing.assert_allclose(exact(masks), Words(model, rows[3])(masks), atol=1e-10)


def test_words_are_rows_with_the_hidden_columns_left_out():
    row = csr_matrix(np.array([[0.0, 1, 0, 1, 1]]))
    seen = []
    assert Words(lambda rows: seen.append(rows.toarray()) or np.zeros(2), row)(
        np.array([[True, False, True], [False, False, False]])
    ).shape == (2,)
    np.testing.assert_array_equal(seen[0], [[0, 1, 0, 0, 1], [0, 0, 0, 0, 0]])


def test_sparse_classifiers_use_ten_words_of_a_document_at_most_and_these_are_found():
    rows, labels = small(300)
    model = sparse_logistic(rows, labels, rows, 0)
    used = used_words(model, rows)
    assert max(map(len, used)) <= 10 and {0, 1} <= set(np.concatenate(used))
    for i in range(20):
        weights = model.estimator.coef_[0] * rows[i].toarray()[0]
        np.testing.assert_array_equal(used[i], np.flatnonzero(weights))


def test_the_words_of_a_path_are_present_and_asked_for():
    rows, labels = small(300)
    tree = small_tree(rows, labels, rows, 0).estimator
    dense = rows.toarray()
    for i, found in enumerate(tree_words(tree, rows)[:20]):
        node, asked = 0, set()
        while tree.tree_.children_left[node] >= 0:
            feature = tree.tree_.feature[node]
            asked.add(int(feature))
            sides = tree.tree_.children_left, tree.tree_.children_right
            node = sides[int(dense[i, feature] > tree.tree_.threshold[node])][node]
        assert set(found.tolist()) == {feature for feature in asked if dense[i, feature]}


# explainers


def test_recall_and_f1_of_cases_made_by_hand():
    assert recall(np.array([0, 5, 2]), np.array([2, 5])) == 1.0
    assert recall(np.array([0, 1]), np.array([2, 1])) == 0.5 and recall(np.array([], int), np.array([2])) == 0.0
    found = np.array([[True, True, True, False], [False, False, False, False], [False, False, False, False]])
    true = np.array([[True, False, False, True], [True, False, False, False], [False, False, False, False]])
    np.testing.assert_allclose(f1(found, true), [2 / 5, 0.0, 1.0])
    assert f1(found[0], true[0]) == pytest.approx(0.4)


def test_a_user_mistrusts_a_flip_or_any_named_part():
    sets = np.array([[True, False, False], [False, True, True], [False, False, True]])
    surrogate = Local(np.array([0, 1]), np.array([0.3, -0.2]), 0.7)
    assert surrogate.mistrusted(sets, 0.5).tolist() == [True, False, False]
    assert Local(np.array([0, 1]), np.array([0.3, -0.2])).mistrusted(sets, 0.5).tolist() == [True, True, False]
    assert Local(np.array([4, 2, 7]), np.array([0.1, -0.3, 0.2])).first(2).tolist() == [2, 7]


def test_lime_from_coefficients_is_what_many_masks_tend_to():
    d = 12
    weights = np.r_[2.0, -1.0, 0.5, np.zeros(d - 3)]
    function = lt.WeightedSum([lt.Additive(weights, 0.3), lt.Leaf(d, [0, 3], value=0.8)])
    design = PaperTextDesign(d)
    exact = from_coefficients(lt.limit(function, design), design, 4)
    found = k_lasso(draw(function, design, 200_000, np.random.default_rng(0)), 4)
    np.testing.assert_array_equal(found.parts, exact.parts)
    np.testing.assert_allclose(found.coefficients, exact.coefficients, atol=0.02)
    assert found.value == pytest.approx(exact.value, abs=0.02)
    assert found.value == pytest.approx(float(function(np.ones((1, d), bool))[0]), abs=0.1)


def test_the_authors_code_has_no_intercept_and_names_what_its_own_moments_say():
    d, design = 12, PaperTextDesign(12)
    function = lt.LeafSum(d, [lt.Leaf(d, [0], value=0.3), lt.Leaf(d, [3, 5], [6], -0.2)], 0.4)
    sample = draw(function, design, 300_000, np.random.default_rng(0))
    found, exact = no_intercept.sampled(sample, 4), no_intercept.exact(function, design, 12)
    chosen, root = found.parts, np.sqrt(sample.weights)
    rows, values = sample.masks[:, chosen] * root[:, None], (sample.values - sample.values.mean()) * root
    np.testing.assert_allclose(rows.T @ (values - rows @ found.coefficients), 0, atol=1e-7)
    assert len(chosen) <= 4 and chosen[0] == 0
    everything = no_intercept.sampled(sample, 12)
    np.testing.assert_allclose(everything.coefficients, exact.coefficients, atol=0.005)
    assert everything.value == pytest.approx(exact.value, abs=0.01)
    with_one = from_coefficients(lt.limit(function, design), design, 12)
    shift = exact.coefficients - with_one.coefficients
    np.testing.assert_allclose(shift, shift[0], atol=1e-12)
    assert abs(shift[0]) > 3 * 0.005  # more than what the masks above were allowed


def test_lime_names_no_word_of_a_constant_prediction():
    design = PaperTextDesign(6)
    sample = draw(lt.Additive(np.zeros(6), 0.4), design, 50, np.random.default_rng(0))
    assert not len(k_lasso(sample, 3).parts) and not len(no_intercept.sampled(sample, 3).parts)
    assert not len(no_intercept.exact(lt.LeafSum(6, intercept=0.4), design, 3).parts)
    assert not len(from_coefficients(lt.limit(lt.Additive(np.zeros(6), 0.4), design), design, 3).parts)
    assert at_most(np.arange(3), 3).tolist() == [0, 1, 2]


def test_parzen_has_the_gradient_of_its_own_probability():
    rows, labels = small(60, 8)
    parzen, row = Parzen(rows, labels), rows[[int(np.argmax(np.diff(rows.indptr)))]]
    found = parzen.explained(row, 3)

    def chance(x):
        distance = ((rows.toarray() - x) ** 2).sum(axis=1)
        kernel = np.exp(-distance / (2 * parzen.width**2))
        return kernel @ labels / kernel.sum()

    x, step = row.toarray()[0], 1e-6
    assert found.value == pytest.approx(chance(x), abs=1e-12)
    slopes = [(chance(x + step * e) - chance(x - step * e)) / (2 * step) for e in np.eye(8)[row.indices]]
    np.testing.assert_allclose(found.coefficients, np.array(slopes)[found.parts], atol=1e-8)
    assert np.abs(found.coefficients).min() >= np.sort(np.abs(slopes))[::-1][2] - 1e-8
    np.testing.assert_allclose(_windows(np.array([[1e6, 1e6 + 2]]), 1.0).sum(), 1.0)


def test_greedy_removes_what_counts_most_until_the_prediction_flips():
    function = lt.Additive([0.1, 0.3, -0.2, 0.15], 0.3)
    found = greedy(function, 4, 0.5, 10)  # 0.65, 0.35
    assert found.parts.tolist() == [1] and found.coefficients == pytest.approx([0.3])
    both = greedy(function, 4, 0.2, 10)  # 0.65, 0.35, 0.2
    assert both.parts.tolist() == [1, 3] and len(greedy(function, 4, -9.0, 3).parts) == 3
    below = greedy(lambda masks: -function(masks), 4, -0.5, 10)
    assert below.parts.tolist() == [1] and below.coefficients == pytest.approx([-0.3])
    assert len(set(at_random(6, 4, np.random.default_rng(0)).parts.tolist())) == 4


# the parts


def test_rows_are_those_of_their_seeds():
    makers = (
        lambda seed: faithfulness.one_seed(MADE_UP, None, "tree", seed, SMOKE),
        lambda seed: trust.one_model(MADE_UP, None, "logistic", seed, SMOKE),
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
    assert percent([0.0, 1.0], ["a", "a"]) == "50.0" and percent([1.0]) == "100.0"
    assert together[1:] == (0.0, 1.0) and alone[2] - alone[1] <= 1.0
    many = mean_of(np.repeat([0.0, 1.0], 200).tolist())
    assert many[2] - many[1] == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(400), rel=0.1)


def test_a_table_shows_the_papers_numbers_below_the_measured_ones():
    row = {
        "part": "faithfulness", "data": "books", "model": "tree", "seed": 0, "document": [4, 9], "words": [20, 40],
        "used": [2, 4], "named": 10, "masks": 15_000,
        **{what: {name: [0.5, 1.0] for name in report.NAMES} for what in ("recall", "first")},
    }  # fmt: skip
    row["recall"]["lime"], row["recall"]["limit"] = [0.5, 0.5], [1.0, 0.5]
    text = report.faithfulness([row])
    assert "| | *paper, recalled* | 20.6 | 78.9 | 37.0 | 97.0 |  |  |  |  |  |" in text
    assert "| books | tree | 75.0 [50.0, 100.0] |" in text and "(3 of 30, medians)" in text
    assert "tree: LIME misses 50.0 [50.0, 50.0] %, its limit 25.0 [0.0, 50.0] %" in text
    assert "the difference is 25.0 [0.0, 50.0] points" in text


@pytest.mark.skipif(not ROWS, reason="nothing saved yet")
def test_the_saved_rows_are_of_the_full_size_and_of_clean_commits():
    for row in ROWS:
        assert "+dirty" not in row["versions"]["revision"]
        for name in set(vars(FULL)) & set(row):
            assert row[name] == getattr(FULL, name)
    assert {row["part"] for row in ROWS} == set(PARTS)
