"""The matrix W against sums by hand and against lime's, and one line for whatever makes no matrix."""

import re
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matrices import Explained, by_lime, explanation
from scipy.sparse import csr_array

import limetheory as lt

WORDS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from([0.0, 0.25, -0.25, 0.5, 1.0])), min_size=1, max_size=6
)
INSTANCES = st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=6)


def explanations(instances):
    return [[explanation(*zip(*words, strict=True)) for words in one] for one in instances]


def slow_matrix(instances, names):
    W = np.zeros((len(instances), len(names)))
    for i, one in enumerate(instances):
        for words in one:
            for name, value in words:
                W[i, names.index(name)] += value
    return W


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:explanations should share names")
@given(INSTANCES)
def test_coefficients_of_a_name_are_summed_with_signs_over_parts_and_classes(instances):
    found = lt.explanation_matrix(explanations(instances))
    assert list(found.names) == list(dict.fromkeys(name for one in instances for words in one for name, _ in words))
    np.testing.assert_array_equal(found.weights.toarray(), slow_matrix(instances, found.names))
    assert found.weights.nnz == np.count_nonzero(found.weights.toarray()) and found.weights.has_sorted_indices


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:explanations should share names")
@given(INSTANCES)
def test_several_classes_are_picked_as_by_lime(instances):
    given = lt.explanation_matrix(explanations(instances))
    lime = by_lime([Several(one) for one in instances], len(instances))
    if given.weights.nnz:
        last = lt.submodular_pick(given, len(instances), ties="last").tolist()
        sums, theirs = ([lt.coverage(given, one[:k]) for k in range(len(one) + 1)] for one in (last, lime))
        assert last == lime or sums == pytest.approx(theirs)  # lime's sums decide some ties by their rounding


class Several(Explained):
    """Explanations of lime's for several classes."""

    def __init__(self, explained):
        super().__init__(dict(enumerate(explained)))


def test_sums_of_absolute_values_would_pick_another():
    # the first one's classes cancel, as those of a binary classifier do: signed sums cover nothing
    both = [explanation("ab", [3.0, 3.0]), explanation("ab", [-3.0, -3.0])]
    other = [explanation("ab", [1.0, 0.0])]
    assert lt.submodular_pick([both, other], 1).tolist() == [1]
    assert lt.submodular_pick(np.abs([[6.0, 6.0], [1.0, 0.0]]), 1).tolist() == [0]


@pytest.mark.slow
@given(st.integers(0, 1000), st.integers(1, 7))
def test_the_largest_of_each_explanation_are_kept(seed, largest):
    rng = np.random.default_rng(seed)
    values = np.round(rng.normal(size=(4, 6)), 1)
    kept = np.zeros_like(values)
    for i, row in enumerate(values):
        for j in sorted(range(6), key=lambda j: (-abs(row[j]), j))[:largest]:
            kept[i, j] = row[j]
    found = lt.explanation_matrix([explanation("abcdef", row) for row in values], largest)
    np.testing.assert_array_equal(found.weights.toarray(), kept)
    np.testing.assert_array_equal(lt.explanation_matrix(values, largest).weights.toarray(), kept)
    whole = lt.explanation_matrix(values)
    np.testing.assert_array_equal(lt.explanation_matrix(whole, largest).weights.toarray(), kept)
    for function in (lt.coverage, lambda given, _, **options: lt.submodular_pick(given, 3, **options).tolist()):
        assert function(values, [0, 2], largest=largest) == function(kept, [0, 2])


def test_the_largest_are_of_each_class():
    one = [explanation("abc", [3.0, 2.0, 1.0]), explanation("abc", [0.0, 0.5, 1.0])]
    assert lt.explanation_matrix([one], 1).weights.toarray().tolist() == [[3.0, 0.0, 1.0]]


def test_dense_explanations_cover_everything_and_the_largest_do_not():
    given = [lt.estimate(lt.Additive([1.0, 0.1, -2.0, 0.0]), lt.ImageDesign(4), 16, seed) for seed in range(3)]
    assert lt.coverage(given, [0]) == lt.coverage(given, [0, 1, 2])
    assert lt.explanation_matrix(given, 2).weights.nnz == 6


def test_explanations_with_zeros_cover_what_was_selected():
    F = lt.Additive([1.0, 0.0, -2.0, 0.0])
    found = lt.explanation_matrix([lt.slime(F, lt.ImageDesign(4), 2, seed) for seed in range(3)])
    assert found.weights.nnz == 6 and lt.coverage(found, [0]) == lt.coverage(found, [0, 1, 2])


def test_saved_explanations_are_as_good_as_new_ones(tmp_path):
    given = [explanation(["rain", name], [0.3, value]) for name, value in (("sun", 0.5), ("wind", -0.7), ("sun", 0.1))]
    for i, one in enumerate(given):
        one.save(tmp_path / f"{i}")
    loaded = [lt.load_explanation(tmp_path / f"{i}") for i in range(3)]
    assert lt.submodular_pick(loaded, 2).tolist() == lt.submodular_pick(given, 2).tolist() == [1, 0]
    assert lt.coverage(loaded, [0, 1]) == lt.coverage(given, [0, 1])


@pytest.mark.slow
def test_torch_tensors_and_generators_are_taken():
    import torch

    assert lt.submodular_pick(torch.eye(3), 2).tolist() == [0, 1]
    given = [explanation("ab", [1.0, 2.0]), explanation("ab", [0.0, 3.0])]
    assert lt.submodular_pick(iter(given), 1).tolist() == lt.submodular_pick(given, 1).tolist() == [0]


def brightness(images):
    return images.mean(axis=(1, 2, 3))


def on_image(width, **options):
    image = np.random.default_rng(width).random((4, width, 3))
    segments = np.arange(width)[None].repeat(4, axis=0) // 2
    return lt.explain_image(brightness, image, segments=segments, replacement=0.0, n=40, rng=0, **options)


def test_unnamed_superpixels_of_different_images_are_refused_and_the_remedy_works():
    images = [on_image(8), on_image(10)]
    said = r"got unnamed superpixels of 2 different images; cluster them: image_concepts\(explanations, n_concepts\)"
    for function in (lt.submodular_pick, lt.pick_stability, lt.random_pick):
        with pytest.raises(ValueError, match=said):
            function(images, 1)
    assert len(lt.submodular_pick(lt.image_concepts(images, 3, 0), 1)) == 1


def test_superpixels_of_one_label_map_are_shared():
    images = [on_image(8), on_image(8)]
    assert lt.explanation_matrix(images).names == ("0", "1", "2", "3")


def test_vocabularies_without_a_common_name_are_warned_of():
    apart = [explanation("ab", [1.0, 2.0]), explanation("cd", [1.0, 9.0])]
    said = "explanations should share names of features, got none in common among 2 instances"
    with pytest.warns(UserWarning, match=said):
        assert lt.submodular_pick(apart, 1).tolist() == [1]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lt.submodular_pick(apart[:1], 1)
        lt.submodular_pick([*apart, explanation("ad", [1.0, 2.0])], 1)


A, NAN = explanation("ab", [1.0, 2.0]), explanation("ab", [np.nan, np.inf])


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ([], ValueError, "explanations must be those of one instance or more, got none; explain some instances first"),
        (np.zeros((0, 3)), ValueError, "explanations must be those of one instance or more, got none; explain some in"),
        (np.zeros((3, 0)), ValueError, "explanations must have a feature or more, got shape (3, 0); one column a feat"),
        (np.zeros(3), ValueError, "explanations must have two dimensions, got shape (3,); one row an instance"),
        (A, TypeError, "explanations must be a list of Explanation objects, got Explanation; put a single one in a l"),
        ("file", TypeError, "explanations must be a list of Explanation objects, got str; put a single one in a list"),
        (["a", "b"], TypeError, "explanations must be Explanation objects or lists of them, got str at 0; read a save"),
        ([A, None], TypeError, "explanations must be Explanation objects or lists of them, got NoneType at 1; explain"),
        ([A, [A, 3]], TypeError, "explanations must be Explanation objects or lists of them, got int at 1; explain"),
        ([A, []], ValueError, "an instance must have one explanation or more, got none at 1; leave the instance out"),
        ([[], A], ValueError, "an instance must have one explanation or more, got none at 0; leave the instance out"),
        ([A, NAN], ValueError, "coefficients must be finite, got 2 NaN or infinite of 2 for instance 1; explain it"),
        (np.array([[np.nan, 1.0]]), ValueError, "explanations must be finite, got 1 NaN or infinite"),
        (csr_array(np.array([[np.nan, 1.0]])), ValueError, "explanations must be finite, got 1 NaN or infinite"),
        (np.array([["a"]]), TypeError, "explanations must be numbers, got"),
        ([[1.0, 2.0], [1.0]], TypeError, "explanations must be numbers, got list whose rows differ in shape; give"),
    ],
)  # fmt: skip
def test_what_makes_no_matrix_is_refused_in_one_line(given, error, said):
    with pytest.raises(error, match=f"^{re.escape(said)}") as caught:
        lt.submodular_pick(given, 1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("largest", [0, -3])
def test_a_largest_below_1_is_refused(largest):
    with pytest.raises(ValueError, match=f"largest must be at least 1, got {largest}; leave it out to keep all"):
        lt.submodular_pick([A], 1, largest=largest)


def test_standard_errors_belong_to_a_matrix_of_their_shape():
    with pytest.raises(ValueError, match="standard_errors must be None beside explanations, which have their own"):
        lt.explanation_matrix([A], standard_errors=np.zeros((1, 2)))
    for wrong, said in ((np.zeros((2, 2)), r"shape \(2, 2\)"), (-np.eye(1, 2), "a negative one")):
        with pytest.raises(ValueError, match=rf"must be 0 or more, of shape \(1, 2\), got {said}; one for each entry"):
            lt.explanation_matrix([[1.0, 2.0]], standard_errors=wrong)


@pytest.mark.slow
@given(st.integers(0, 1000))
def test_standard_errors_stand_at_their_entries(seed):
    rng = np.random.default_rng(seed)
    W, S = (rng.random((4, 5)) * (rng.random((4, 5)) < 0.5) for _ in range(2))
    for errors in (S, csr_array(S)):
        terms = lt.explanation_matrix(W, standard_errors=errors).terms
        np.testing.assert_array_equal(terms.errors, S[W != 0])
        np.testing.assert_array_equal(terms.coefficients, W[W != 0])
