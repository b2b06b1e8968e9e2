"""Masks given by users: those of two values are read, whatever their type, and all others are refused."""

import io

import numpy as np
import pytest
import torch

from limetheory.images.generators.coco import from_run_lengths, run_lengths
from limetheory.images.generators.mask_files import read_masks, write_masks
from limetheory.images.generators.mask_generators import masks_of
from limetheory.images.generators.small_regions import clean_mask
from limetheory.images.hierarchy.containment import containment_parents, containment_tree

IMAGE = np.zeros((6, 8, 3), np.uint8)
TRUE = np.zeros((2, 6, 8), bool)
TRUE[0, 1:5, 2:7] = TRUE[1, 2:4, 3:5] = True


class Returns:
    """A generator that always returns the same result."""

    def __init__(self, answer):
        self.answer = answer

    def generate(self, image):
        return self.answer


def archived(masks):
    stream = io.BytesIO()
    np.savez(stream, masks=np.asarray(masks))
    return stream.getvalue()


def read_archive(masks, tmp_path):
    (tmp_path / "foreign.npz").write_bytes(archived(masks))
    return read_masks(tmp_path / "foreign.npz")


def written(masks, tmp_path):
    write_masks(tmp_path / "written.npz", masks)
    return read_masks(tmp_path / "written.npz")


READERS = {
    "masks_of": lambda masks, tmp_path: masks_of(IMAGE, Returns(masks)),
    "masks_of a list": lambda masks, tmp_path: masks_of(IMAGE, Returns(list(masks))),
    "masks_of records": lambda masks, tmp_path: masks_of(IMAGE, Returns([{"segmentation": mask} for mask in masks])),
    "read_masks": read_archive,
    "write_masks": written,
    "run_lengths": lambda masks, tmp_path: np.array([from_run_lengths(run_lengths(mask)) for mask in masks]),
    "clean_mask": lambda masks, tmp_path: np.array([clean_mask(mask, 0) for mask in masks]),
    "containment_parents": lambda masks, tmp_path: containment_parents(masks),
    "containment_tree": lambda masks, tmp_path: containment_tree(masks).leaves,
}
TWO_VALUED = {
    "bool": TRUE,
    "0 and 1": TRUE.astype(np.uint8),
    "0 and 255": TRUE.astype(np.uint8) * 255,
    "int64": TRUE.astype(int) * 255,
    "float": TRUE.astype(np.float32),
    "float 255": TRUE * 255.0,
    "tensor": torch.as_tensor(TRUE),
    "float tensor": torch.as_tensor(TRUE).float().requires_grad_(),
}
DISTANCE = np.hypot(*np.mgrid[-3:3, -4:4])[None] + 0.5
OTHERS = {
    "probabilities": 1 / (1 + DISTANCE),
    "logits": 3 - DISTANCE,
    "±1": np.where(TRUE, 1, -1),
    "NaN": np.where(TRUE, 1.0, np.nan),
    "label map": np.arange(48).reshape(1, 6, 8) // 10,
    "levels": np.full((1, 6, 8), 128, np.uint8),
    "0, 1 and 255": TRUE[:1] * 1 + TRUE[1:] * 254,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", TWO_VALUED)
def test_two_valued_masks_are_read_alike(reader, name, tmp_path):
    masks = TWO_VALUED[name]
    if reader == "read_masks" and hasattr(masks, "detach"):
        masks = masks.detach()  # np.savez writes no tensors with gradients
    expected = {"containment_parents": [-1, 0]}.get(reader, TRUE)
    found = READERS[reader](masks, tmp_path)
    if reader == "containment_tree":
        expected = containment_tree(TRUE).leaves
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", OTHERS)
def test_other_values_are_refused_with_a_remedy_that_works(reader, name, tmp_path):
    masks = OTHERS[name]
    assert masks.astype(bool).mean() > 0.75 or name == "0, 1 and 255", "the cast would make nearly all of it true"
    with pytest.raises(ValueError, match=r"masks? must be True and False, .*; threshold it: mask > 0.5") as said:
        READERS[reader](masks, tmp_path)
    assert "\n" not in str(said.value)
    expected = masks > 0.5
    if reader in ("containment_parents", "containment_tree"):
        READERS[reader](expected, tmp_path)
    else:
        assert np.array_equal(READERS[reader](expected, tmp_path), expected)


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (None, TypeError, r"generate\(image\) must return masks, .*, got NoneType; return \[\] for none"),
        (3, TypeError, "got int; return"),
        ("masks", TypeError, "got str; return"),
        ({"segmentation": TRUE[0]}, TypeError, r"got dict; return \[\] for none and \[mask\] for one"),
        (TRUE[0], TypeError, "got an array of 2 axes; return"),
        (torch.as_tensor(TRUE[0]), TypeError, "got an array of 2 axes; return"),
        (TRUE[:, None], TypeError, "got an array of 4 axes; return"),
        (np.array(None), TypeError, "got an array of 0 axes; return"),
        ((TRUE, np.ones(2), None), ValueError, r"masks must have the image's size \(6, 8\), got \(2, 6, 8\); mend"),
        ([None], ValueError, r"masks must have the image's size \(6, 8\), got \(\); mend"),
        ([{"mask": TRUE[0]}], ValueError, "run lengths must have size and counts, got {'mask': .*: polygons are not"),
        ([{"segmentation": None}], ValueError, r"image's size \(6, 8\), got \(\); mend"),
        ([{"segmentation": [[1, 2, 3, 4, 5, 6]]}], ValueError, r"image's size \(6, 8\), got \(1, 6\); mend"),
        ([{"segmentation": [[1, 2], [3, 4, 5]]}], TypeError, "masks must be numbers, got list whose rows differ"),
        ([TRUE[0].astype(str)], TypeError, "masks must be True and False, .* got ndarray with 'False'"),
        ([TRUE[0] * 1j], TypeError, "masks must be True and False, .* got complex128"),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_answers_of_a_generator_are_named(answer, error, message):
    with pytest.raises(error, match=message) as said:
        masks_of(IMAGE, Returns(answer))
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("answer", [[], (), np.zeros((0, 6, 8), bool), iter([])], ids=lambda none: type(none).__name__)
def test_no_masks_are_an_answer(answer):
    assert masks_of(IMAGE, Returns(answer)).shape == (0, 6, 8)


def test_one_mask_and_run_lengths_without_a_record_are_answers():
    for answer in ([TRUE[0]], iter([TRUE[0]]), TRUE[:1], [run_lengths(TRUE[0])]):
        assert np.array_equal(masks_of(IMAGE, Returns(answer)), TRUE[:1])
