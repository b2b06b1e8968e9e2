"""Where the adapter differs from lime 0.2.0.1: each entry of docs/howto/lime-adapter.md is measured beside lime."""

import pickle
import warnings

import numpy as np
import pytest
from scipy import sparse
from side_by_side import both, probabilities
from skimage.segmentation import quickshift

IMAGE_KINDS = both("lime_image", "LimeImageExplainer")
TEXT_KINDS = both("lime_text", "LimeTextExplainer")
TABLE_KINDS = both("lime_tabular", "LimeTabularExplainer")
DATA = np.random.default_rng(0).normal(size=(40, 3))


def scores(rows):
    return probabilities(np.column_stack([rows[:, 0], rows[:, 1] * rows[:, 2]]))


def outcome(call):
    """What a call returns, or the class of its error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call()
        except Exception as error:
            return type(error)


def test_label_maps_with_gaps():
    """lime takes the number of a column for that of a superpixel."""
    image = np.random.default_rng(0).random((8, 8, 3))
    image[:4] = 0.0
    halves = 5 + 4 * (np.arange(8) >= 4)[:, None] * np.ones((1, 8), int)

    def lower_half(images):
        mean = images[:, 4:].mean(axis=(1, 2, 3))
        return np.column_stack([mean, 1 - mean])

    theirs, ours = (
        kind(random_state=0).explain_instance(
            image, lower_half, (0,), hide_color=0, top_labels=None, num_samples=200, segmentation_fn=lambda _: halves
        )
        for kind in IMAGE_KINDS
    )
    assert max(abs(value) for _, value in theirs.local_exp[0]) < 1e-12
    assert {int(number): round(value, 2) for number, value in ours.local_exp[0]}[9] > 0.4


def test_the_seed_of_the_segmentation():
    """lime drops it with the scikit-image of today, so that two seeds give one segmentation of an even colour."""
    even = np.zeros((24, 24, 3))
    options = {"kernel_size": 2, "max_dist": 4, "ratio": 0.5}
    theirs, ours = (
        [kind("quickshift", random_seed=seed, **options)(even) for seed in (1, 2)]
        for kind in both("wrappers.scikit_image", "SegmentationAlgorithm")
    )
    assert (theirs[0] == theirs[1]).all() and (ours[0] != ours[1]).any()
    assert (ours[1] == quickshift(even, rng=2, **options)).all()


def test_bins_of_one_value():
    """Where a quarter or more of a column is its least value, lime asks the model about 0 in place of it."""
    column = np.r_[np.full(20, 7.0), np.arange(8.0, 28.0)]
    theirs, ours = (
        kind(column[:, None], [], ["x"], random_state=0).undiscretize(np.zeros((3, 1))).ravel().tolist()
        for kind in both("discretize", "QuartileDiscretizer")
    )
    assert theirs == [0, 0, 0] and ours == [7, 7, 7]


def test_sparse_rows_about_the_instance():
    """lime fails: it adds a sparse row to an array."""
    data = sparse.random(20, 6, 0.5, random_state=0, format="csr")
    found = [
        outcome(
            lambda kind=kind: (
                kind(data, sample_around_instance=True, random_state=0)
                .explain_instance(data[1], lambda rows: scores(rows.toarray()), num_samples=50)
                .local_exp[1]
            )
        )
        for kind in TABLE_KINDS
    ]
    assert found[0] is ValueError and len(found[1]) == 6


def test_more_features_than_a_sparse_table_has():
    """lime fills up with copies of column 0, and divides its coefficient among them."""
    data = sparse.csr_matrix(np.abs(DATA))
    theirs, ours = (
        kind(data, random_state=0).explain_instance(data[1], lambda rows: scores(rows.toarray()), num_samples=50)
        for kind in TABLE_KINDS
    )
    assert [int(j) for j, _ in theirs.local_exp[1]].count(0) == 8
    assert sorted(int(j) for j, _ in ours.local_exp[1]) == [0, 1, 2]


def test_explainers_are_pickled():
    """lime's hold functions that cannot be."""
    for kinds, arguments in ((IMAGE_KINDS, ()), (TEXT_KINDS, ()), (TABLE_KINDS, (DATA,))):
        theirs, ours = (outcome(lambda kind=kind: pickle.dumps(kind(*arguments))) for kind in kinds)  # noqa: B023
        assert theirs is AttributeError and isinstance(ours, bytes)


# lime leaves the file of its scripts open
@pytest.mark.filterwarnings("ignore:Exception ignored:pytest.PytestUnraisableExceptionWarning")
def test_pages_leave_the_random_state_alone():
    """lime's page of a text draws from the state of the explainer, so that looking changes the next explanation."""
    model = lambda texts: np.array([[text.count("good"), len(text)] for text in texts], float)  # noqa: E731
    moved = []
    for kind in TEXT_KINDS:
        explainer = kind(random_state=0)
        found = explainer.explain_instance("good plot, bad cast", model, num_samples=50)
        before = explainer.random_state.get_state()
        found.as_html()
        after = explainer.random_state.get_state()
        moved.append(before[2] != after[2] or (before[1] != after[1]).any())
    assert moved == [True, False]


# lime leaves the file of its scripts open
@pytest.mark.filterwarnings("ignore:Exception ignored:pytest.PytestUnraisableExceptionWarning")
def test_class_names_are_escaped():
    """lime writes them into a script as they are."""
    model = lambda texts: np.array([[0.5, 0.5]] * len(texts))  # noqa: E731
    theirs, ours = (
        kind(class_names=["a", "</script><b>"], random_state=0)
        .explain_instance("good plot", model, num_samples=50)
        .as_html()
        for kind in TEXT_KINDS
    )
    assert "</script><b>" in theirs and "</script><b>" not in ours
    assert len(theirs) > 100 * len(ours) > 0


def test_characters_of_code_0():
    """lime loses them at the end of a token."""
    theirs, ours = (kind("a\0 b", r"\s+").inverse_vocab for kind in both("lime_text", "IndexedString"))
    assert theirs == ["a", "b"] and ours == ["a\0", "b"]


def test_groups_in_a_split_expression():
    """lime repeats what a group of the expression matches."""
    theirs, ours = (kind("a, b", r"(,)\s").inverse_removing([]) for kind in both("lime_text", "IndexedString"))
    assert theirs == "a, ,b" and ours == "a, b"


def test_the_position_of_the_only_token():
    """lime writes it as 0.0."""
    model = lambda texts: np.array([[0.5, 0.5]] * len(texts))  # noqa: E731
    theirs, ours = (
        kind(random_state=0).explain_instance("good", model, num_samples=20).as_list(positions=True)[0][0]
        for kind in TEXT_KINDS
    )
    assert (theirs, ours) == ("good_0.0", "good_0")


def test_columns_without_edges_among_known_statistics():
    """lime gives the edges of the next column to one that has none."""
    known = {"means": {1: [0, 1]}, "stds": {1: [1, 1]}, "mins": {1: [-9, 5]}, "maxs": {1: [5, 9]}, "bins": {1: [5.0]}}
    theirs, ours = (
        kind(DATA, [], list("abc"), data_stats=known).names for kind in both("discretize", "StatsDiscretizer")
    )
    assert theirs == {0: ["a <= 5.00", "a > 5.00"]} and ours == {1: ["b <= 5.00", "b > 5.00"]}


def test_the_lasso_path_of_sparse_rows():
    """lime fails."""
    data = sparse.random(20, 6, 0.5, random_state=0, format="csr")
    found = [
        outcome(
            lambda kind=kind: (
                kind(data, feature_selection="lasso_path", random_state=0)
                .explain_instance(data[1], lambda rows: scores(rows.toarray()), num_features=2, num_samples=50)
                .local_exp[1]
            )
        )
        for kind in TABLE_KINDS
    ]
    assert isinstance(found[0], type) and issubclass(found[0], Exception) and 1 <= len(found[1]) <= 2


def test_what_is_documented_and_fails_in_both():
    assert [outcome(lambda kind=kind: kind(kernel_width=None)) for kind in IMAGE_KINDS] == [TypeError, TypeError]


def test_statistics_that_are_missing():
    """lime raises a plain Exception."""
    found = [outcome(lambda kind=kind: kind(DATA, training_data_stats={"means": {}})) for kind in TABLE_KINDS]
    assert found == [Exception, ValueError]


@pytest.mark.parametrize("samples", [200, 2000])
def test_what_is_kept_the_score_is_that_of_the_last_label(samples):
    found = [
        kind(DATA, random_state=0).explain_instance(DATA[0], scores, labels=(0, 1), num_samples=samples)
        for kind in TABLE_KINDS
    ]
    assert abs(found[0].score - found[1].score) < 1e-12 and set(found[1].limetheory) == {0, 1}


def test_what_is_kept_the_scale_of_sparse_columns():
    """Sparse columns are multiplied by their standard deviation; dividing would give other coefficients."""
    data = sparse.csr_matrix(np.abs(DATA) * [1.0, 10.0, 0.1])
    theirs, ours = (
        kind(data, random_state=0, kernel_width=50).explain_instance(
            data[1], lambda rows: scores(rows.toarray()), num_features=3, num_samples=200
        )
        for kind in TABLE_KINDS
    )
    assert theirs.local_exp[1] == ours.local_exp[1]
    divided = data.multiply(1 / data.toarray().std(axis=0)).toarray()[1]
    assert not np.allclose(ours.domain_mapper.scaled_row.toarray()[0], divided)
