"""Results of segmenters that are no label maps are refused with a remedy that makes one."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.segmentation.label_map import compact

IMAGE = np.random.default_rng(0).random((40, 60, 3))
LABELS = np.arange(60)[None].repeat(40, axis=0) // 10
MASKS = np.arange(6)[:, None, None] == LABELS
SCORES = MASKS + 0.1 * np.random.default_rng(1).random(MASKS.shape)
RECORDS = [{"segmentation": mask, "area": int(mask.sum())} for mask in MASKS]
LAST = MASKS.transpose(1, 2, 0)


def remedy(error):
    """The code that ends the one line: what follows the rule, the value, a colon, what to do, and a comma."""
    text = str(error.value)
    assert "\n" not in text
    return text.partition(": ")[2].partition(", ")[2]


@pytest.mark.parametrize(
    ("given", "name"),
    [(MASKS, "masks"), (list(MASKS), "masks"), (255 * MASKS.astype(np.uint8), "masks"), (RECORDS, "masks"),
     (LAST, "masks"), (SCORES, "scores"), (SCORES.transpose(1, 2, 0), "scores"), (LABELS[..., None], "labels"),
     (LABELS[None], "labels"), (MASKS[:1], "labels")],
    ids=["stack", "list", "0 and 255", "records", "masks last", "scores", "scores last", "one channel", "batch of one",
         "one mask"],
)  # fmt: skip
def test_masks_scores_and_spare_axes_are_refused_with_a_remedy_that_works(given, name):
    with pytest.raises(ValueError, match=r"labels must have shape \(h, w\), got \(") as refused:
        lt.MaskedImage(IMAGE, given)
    value = np.asarray(given) if name != "masks" or given is LAST else given
    labels = eval(remedy(refused), {"lt": lt, name: value})
    expected = MASKS[0] if labels.dtype == bool else LABELS
    found = lt.MaskedImage(IMAGE, labels).segments
    pairs = set(zip(found.ravel().tolist(), expected.ravel().tolist(), strict=True))
    assert len(pairs) == found.max() + 1 == len(np.unique(expected)), "the same partition"


@pytest.mark.parametrize("given", [np.arange(5), LABELS[..., None].repeat(3, axis=2)], ids=["row", "colours"])
def test_other_arrays_have_no_such_remedy(given):
    with pytest.raises(ValueError, match=r"got \(.*\): pass one label per pixel$"):
        lt.MaskedImage(IMAGE, given)


def test_records_of_masks_are_told_where_their_masks_are():
    with pytest.raises(TypeError, match=r'got dict of segmentation, area: \[m\["segmentation"\] for m in masks\]$'):
        containment_tree(RECORDS)
    assert containment_tree([m["segmentation"] for m in RECORDS]).partition(1).max() == 5
    with pytest.raises(TypeError, match="got dict of size, counts: decode it with from_run_lengths"):
        containment_tree([{"size": [2, 2], "counts": [4]}])


def test_masks_along_the_last_axis_are_told_to_move_where_the_shape_is_known():
    with pytest.raises(ValueError, match=r"got \(60, 6\): move them first, masks.transpose\(2, 0, 1\)$"):
        containment_tree(LAST, shape=(40, 60))
    assert containment_tree(LAST.transpose(2, 0, 1), shape=(40, 60)).partition(1).max() == 5
    with pytest.raises(ValueError, match=r"got \(40, 60\): make them on that same image$"):
        containment_tree(MASKS, shape=(20, 30))


@pytest.mark.parametrize("given", [None, 3, "grid"], ids=repr)
def test_what_is_no_array_is_no_label_map(given):
    with pytest.raises(TypeError, match=r"^labels must have shape \(h, w\), got (None|3|'grid'): give an array"):
        compact(given)
    if given is None:
        with pytest.raises(TypeError, match="got None: give an array"):
            lt.explain_image(lambda images: images.mean(axis=(1, 2, 3)), IMAGE, segments=None)
