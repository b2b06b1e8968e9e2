"""The documents, classifiers and explainers of the simulated users of the 2016 paper."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.svm import SVC

import limetheory as lt
from experiments.lime2016 import no_intercept
from experiments.lime2016.corpus import MADE_UP, divided, documents
from experiments.lime2016.design import PaperTextDesign
from experiments.lime2016.lime import at_most, from_coefficients, k_lasso
from experiments.lime2016.local import Local, f1, recall
from experiments.lime2016.made_up import made_up, vocabulary
from experiments.lime2016.models import SPARSE, Scored, decisions, small_tree, sparse_logistic, tree_words, used_words
from experiments.lime2016.others import at_random, greedy
from experiments.lime2016.parzen import Parzen, _windows
from experiments.lime2016.reviews import reviews, texts_of
from experiments.lime2016.words import Words, exact_form
from limetheory.estimation.samples.sample import draw
from tests.experiments.present_words import small

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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
