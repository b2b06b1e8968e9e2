"""SAM: the true model saved and loaded, a Sam that knows a scene inside the true mask generator, bad checkpoints."""

import hashlib
import os
import sys
import urllib.request
import warnings
from collections import deque
from functools import partial

import numpy as np
import pytest
import segment_anything
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from torch import nn

from limetheory.images import sam as sam_module
from limetheory.images.mask_generators import masks_of
from limetheory.images.sam import Checkpoint, SamMasks, checkpoint_file, clean_mask, load_sam

GPU = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")]


# The true architecture. --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_vit_b_saved_loaded_and_run(tmp_path):
    torch.manual_seed(0)
    original = segment_anything.sam_model_registry["vit_b"]()
    path = tmp_path / "vit_b.pth"
    torch.save(original.state_dict(), path)
    loaded = load_sam(path, device="cpu")
    assert path.stat().st_size == pytest.approx(sam_module.CHECKPOINTS["vit_b"].size, rel=1e-3)
    path.unlink()
    state = loaded.state_dict()
    assert all(torch.equal(state[key], value) for key, value in original.state_dict().items())
    del original
    image = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    every = {"pred_iou_thresh": 0.0, "stability_score_thresh": 0.0, "box_nms_thresh": 1.0}  # the weights are random
    masks = masks_of(image, SamMasks(loaded, points_per_side=2, min_mask_region_area=0, **every))
    assert masks.dtype == bool and masks.shape == (2 * 2 * 3, 48, 64)
    assert masks.any(axis=(1, 2)).any() and not masks.all()


@pytest.fixture
def narrow(monkeypatch):
    """A registry whose vit_b is the true architecture, 64 wide and 2 deep, and its width known to the loader."""
    from segment_anything.build_sam import _build_sam

    build = partial(
        _build_sam,
        encoder_embed_dim=64,
        encoder_depth=2,
        encoder_num_heads=2,
        encoder_global_attn_indexes=[1],
    )
    monkeypatch.setitem(segment_anything.sam_model_registry, "vit_b", build)
    monkeypatch.setitem(sam_module._TYPE_OF_WIDTH, 64, "vit_b")
    return build


@pytest.fixture
def state(narrow):
    return narrow().state_dict()


def saved(content, path):
    torch.save(content, path)
    return path


@pytest.mark.parametrize("wrap", [lambda state: state, lambda state: {"model": state, "epoch": 3}])
def test_loaded_weights_are_the_saved_ones(state, tmp_path, wrap):
    loaded = load_sam(saved(wrap(state), tmp_path / "sam.pth"), "vit_b", "cpu")
    assert all(torch.equal(loaded.state_dict()[key], value) for key, value in state.items())
    assert not loaded.training and not any(parameter.requires_grad for parameter in loaded.parameters())


def test_loading_leaves_the_seed_alone(state, tmp_path):
    before, path = torch.get_rng_state(), saved(state, tmp_path / "sam.pth")
    load_sam(path, device="cpu")
    assert torch.equal(before, torch.get_rng_state())


def predicted(sam, image):
    predictor = segment_anything.SamPredictor(sam)
    predictor.set_image(image)
    return predictor.predict(np.array([[20, 20]]), np.array([1]), return_logits=True)[0]


@pytest.mark.parametrize(
    ("device", "precision"),
    [
        ("cpu", "bfloat16"),
        pytest.param("cuda", "float16", marks=GPU),
        pytest.param("cuda", "bfloat16", marks=GPU),
    ],
)
def test_half_precision_is_that_of_the_encoder_alone(state, tmp_path, device, precision):
    path = saved(state, tmp_path / "sam.pth")
    full, half = load_sam(path, device="cpu"), load_sam(path, device=device, precision=precision)
    assert {parameter.dtype for parameter in half.image_encoder.parameters()} == {getattr(torch, precision)}
    assert {parameter.dtype for parameter in half.mask_decoder.parameters()} == {torch.float32}
    image = np.random.default_rng(0).integers(0, 256, (32, 40, 3), dtype=np.uint8)
    exact, rough = predicted(full, image), predicted(half, image)
    assert rough.dtype == np.float32
    assert np.abs(rough - exact).max() < 0.05 * np.abs(exact).max()
    assert not np.array_equal(rough, exact)


# A Sam that answers with the regions of a scene. ----------------------------------------------------------------

SHAPE, SIDE = (300, 400), 256
COLOURS = np.array([[20, 30, 40], [200, 60, 60], [220, 160, 60], [240, 240, 90],
                    [60, 200, 80], [60, 160, 220], [160, 60, 240]], dtype=np.uint8)  # fmt: skip
CONTENTS = {1: [1, 2, 3], 2: [2, 3], 3: [3], 4: [4, 5, 6], 5: [5, 6], 6: [6]}
"""Colour of a region → the colours inside it: whole ⊃ part ⊃ subpart, twice."""

CHAINS = {1: [1], 2: [2, 1], 3: [3, 2, 1], 4: [4], 5: [5, 4], 6: [6, 5, 4]}
"""Colour under a click → the regions that contain it, smallest first."""


def scene():
    """The picture of two wholes, each with a part that has a subpart: colour numbers (h, w)."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    numbers = np.zeros(SHAPE, dtype=int)
    numbers[((x - 120) / 100) ** 2 + ((y - 150) / 120) ** 2 < 1] = 1
    numbers[((x - 130) / 60) ** 2 + ((y - 170) / 50) ** 2 < 1] = 2
    numbers[(x - 140) ** 2 + (y - 175) ** 2 < 26**2] = 3
    numbers[(x >= 245) & (x < 375) & (y >= 40) & (y < 260)] = 4
    numbers[(x >= 260) & (x < 350) & (y >= 120) & (y < 240)] = 5
    numbers[(x >= 275) & (y >= 150) & (x + y < 510)] = 6
    return numbers


NUMBERS = scene()
IMAGE = COLOURS[NUMBERS]
TRUTHS = np.array([np.isin(NUMBERS, CONTENTS[region]) for region in CONTENTS])


class Shrink(nn.Module):
    """The encoder: what it was given, half as wide."""

    img_size = SIDE

    def forward(self, image):
        return nn.functional.avg_pool2d(image, 2)


class Coordinates(nn.Module):
    """The prompt encoder: the coordinates of the points themselves."""

    def forward(self, points, boxes, masks):
        return points[0], torch.zeros(1)

    def get_dense_pe(self):
        return torch.zeros(1)


class Scene(nn.Module):
    """The decoder: looks up the colour under each point and answers with the regions around it.

    Where fewer than three regions contain a point, the rest are decoys: one that the decoder itself scores
    low, and one that scores high but is unstable. Answers are moved by up to a low-resolution pixel and
    scored lower for it, and have a small hole and often a small island, as SAM's answers do.
    """

    room = 10**9

    def __init__(self):
        super().__init__()
        mean, std = torch.tensor([123.675, 116.28, 103.53]), torch.tensor([58.395, 57.12, 57.375])
        known = torch.cat([torch.as_tensor(COLOURS).float(), mean[None]])  # the mean is what pads the image
        self.register_buffer("palette", (known - mean) / std)

    def forward(self, image_embeddings, image_pe, sparse_prompt_embeddings, dense_prompt_embeddings, multimask_output):
        points = sparse_prompt_embeddings[:, 0].cpu().numpy()
        if len(points) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        colours = image_embeddings[0].permute(1, 2, 0)[:, :, None] - self.palette
        numbers = colours.square().sum(3).argmin(2).cpu().numpy()
        answers = [self.answer(numbers, point / 2) for point in points]
        masks, scores = zip(*answers, strict=True)
        device = image_embeddings.device
        return torch.as_tensor(np.array(masks), device=device).float(), torch.tensor(scores, device=device)

    def answer(self, numbers, point):
        column, row = (min(max(int(c), 0), numbers.shape[0] - 1) for c in point)
        shift = (column + row) % 2
        chain = CHAINS.get(int(numbers[row, column]), [])
        found = [(self.region(numbers, CONTENTS[region], shift), 0.97 - 0.02 * shift) for region in chain]
        masks, scores = zip(*[*found, *self.decoys(numbers.shape, row, column)][:3], strict=True)
        return np.array(masks), scores

    def region(self, numbers, colours, shift):
        inside = np.roll(np.isin(numbers, colours), shift, axis=1)
        rows, columns = np.nonzero(inside)
        middle = len(rows) // 2
        inside[rows[middle], columns[middle]] = False
        inside[rows[0], columns.max() : columns.max() + 2] = True
        return np.where(inside, 16.0, -16.0)

    def decoys(self, shape, row, column):
        y, x = np.mgrid[: shape[0], : shape[1]]
        box = np.where((abs(x - column) < 15) & (abs(y - row) < 15), 16.0, -16.0)
        return [(box, 0.5), (12 - np.hypot(x - column, y - row), 0.93), (box, 0.6)]


def scene_sam():
    from segment_anything.modeling import Sam

    return Sam(Shrink(), Coordinates(), Scene()).eval()


def overlaps(found, truths):
    """IoU of each truth with each found mask."""
    found, truths = (stack.reshape(len(stack), -1).astype(float) for stack in (found, truths))
    common = truths @ found.T
    return common / (truths.sum(1)[:, None] + found.sum(1) - common)


def are_the_regions(found):
    """Every region is found, none twice, nothing else is, and the mean IoU is at least 0.9."""
    if len(found) != len(TRUTHS):
        return False
    table = overlaps(found, TRUTHS)
    return bool(table.max(1).min() > 0.8 and table.max(1).mean() >= 0.9 and table.max(0).min() > 0.8)


def is_clicked(record):
    """The point of a record lies in its mask, or within 4 pixels of it."""
    ((x, y),) = record["point_coords"]
    rows, columns = (slice(max(0, int(c) - 4), int(c) + 5) for c in (y, x))
    return bool(record["segmentation"][rows, columns].any())


def records_of(generator, image=IMAGE):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return generator.generate(image)


def is_recovered(records):
    found = np.array([record["segmentation"] for record in records])
    return are_the_regions(found) and all(is_clicked(record) for record in records)


@pytest.mark.parametrize("points_per_side", [12, 32])
def test_the_regions_of_a_scene_are_recovered(points_per_side):
    records = records_of(SamMasks(scene_sam(), points_per_side=points_per_side))
    found = np.array([record["segmentation"] for record in records])
    assert is_recovered(records), overlaps(found, TRUTHS).max(1)
    assert all(np.array_equal(mask, clean_mask(mask, 512)) for mask in found), "no islands, no holes"
    assert all(record["area"] == record["segmentation"].sum() for record in records)


def test_every_image_shape_keeps_its_coordinates():
    upright = np.ascontiguousarray(IMAGE.transpose(1, 0, 2))
    found = masks_of(upright, SamMasks(scene_sam(), points_per_side=12))
    assert are_the_regions(found.transpose(0, 2, 1))


def moved(shift, coordinates, size, unmoved):
    return unmoved(coordinates, size) + shift


def swapped(coordinates, size, unmoved):
    return unmoved(coordinates, size)[..., ::-1].copy()


def shift_points(generator, change):
    transform = generator.automatic.predictor.transform
    transform.apply_coords = partial(change, unmoved=transform.apply_coords)


MUTANTS = {
    "no suppression": lambda generator: setattr(generator.automatic, "box_nms_thresh", 1.0),
    "suppression of everything": lambda generator: setattr(generator.automatic, "box_nms_thresh", 0.1),
    "no score threshold": lambda generator: setattr(generator.automatic, "pred_iou_thresh", 0.0),
    "score threshold too high": lambda generator: setattr(generator.automatic, "pred_iou_thresh", 0.98),
    "no stability threshold": lambda generator: setattr(generator.automatic, "stability_score_thresh", 0.0),
    "wrong logit threshold": lambda generator: setattr(generator.automatic.predictor.model, "mask_threshold", -15.5),
    "moved points": lambda generator: shift_points(generator, partial(moved, np.array([30.0, 0.0]))),
    "swapped coordinates": lambda generator: shift_points(generator, swapped),
    "one point": lambda generator: setattr(generator.automatic, "point_grids", [np.array([[0.35, 0.58]])]),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_generator_does_not_recover_them(mutant):
    generator = SamMasks(scene_sam(), points_per_side=12)
    MUTANTS[mutant](generator)
    assert not is_recovered(records_of(generator))


def test_moved_or_transposed_masks_do_not_pass():
    assert are_the_regions(TRUTHS)
    assert not are_the_regions(np.roll(TRUTHS, 12, axis=2))
    assert not are_the_regions(TRUTHS[:, ::-1])
    assert not are_the_regions(TRUTHS[[0, 1, 2, 3, 4, 4]])


def test_small_regions_stay_when_told_so():
    records = records_of(SamMasks(scene_sam(), points_per_side=12, min_mask_region_area=0))
    assert not all(
        np.array_equal(record["segmentation"], clean_mask(record["segmentation"], 512)) for record in records
    )


def test_nothing_in_an_empty_scene():
    empty = np.full((30, 40, 3), COLOURS[0])
    assert masks_of(empty, SamMasks(scene_sam(), points_per_side=4)).shape == (0, 30, 40)


def test_opencv_is_not_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert is_recovered(records_of(SamMasks(scene_sam(), points_per_side=12)))


def test_out_of_memory_halves_the_batch_and_says_so_once():
    sam = scene_sam()
    whole = masks_of(IMAGE, SamMasks(sam, points_per_side=6))
    sam.mask_decoder.room = 10
    generator = SamMasks(sam, points_per_side=6)
    with pytest.warns(RuntimeWarning, match=r"out of memory with 64 points per batch: SAM goes on with fewer") as said:
        found = masks_of(IMAGE, generator)
    assert len(said) == 1 and generator.points_per_batch == 8
    assert np.array_equal(found, whole)


def test_no_room_for_one_point():
    sam = scene_sam()
    sam.mask_decoder.room = 0
    with (
        pytest.warns(RuntimeWarning, match="with 4 points per batch"),
        pytest.raises(ValueError, match=r"room for SAM and one point at a time, got out of memory on a 300 x 400"),
    ):
        masks_of(IMAGE, SamMasks(sam, points_per_batch=4))


def test_other_errors_pass_through():
    sam = scene_sam()
    sam.mask_decoder.palette = sam.mask_decoder.palette[:, :2]
    with pytest.raises(RuntimeError, match="must match the size"):
        masks_of(IMAGE, SamMasks(sam))


def test_large_images_take_fewer_points_per_batch(monkeypatch):
    monkeypatch.setattr(sam_module, "_LOGIT_BYTES", 5 * 3 * 4 * 300 * 400)
    sam = scene_sam()
    sam.mask_decoder.room = 5
    assert len(records_of(SamMasks(sam, points_per_side=6))) > 3


@pytest.mark.parametrize("device", [pytest.param("cuda", marks=GPU)])
def test_the_scene_on_a_gpu(device):
    assert is_recovered(records_of(SamMasks(scene_sam().to(device), points_per_side=12)))


# Small regions. -------------------------------------------------------------------------------------------------


def naive_regions(pixels):
    """Flood from each pixel to its eight neighbours."""
    rest, regions = {(int(y), int(x)) for y, x in zip(*np.nonzero(pixels), strict=True)}, []
    while rest:
        region, queue = set(), deque([min(rest)])
        rest.discard(queue[0])
        while queue:
            y, x = queue.popleft()
            region.add((y, x))
            near = {(y + i, x + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & rest
            rest -= near
            queue.extend(near)
        regions.append(region)
    return regions


def naive_clean(mask, area):
    """The rule word for word: fill small holes, then drop small islands, unless all are small."""
    clean = mask.copy()
    for hole in naive_regions(~mask):
        for pixel in hole if len(hole) < area else ():
            clean[pixel] = True
    islands = naive_regions(clean)
    large = [island for island in islands if len(island) >= area]
    for island in islands:
        kept = large or [max(islands, key=len)]
        for pixel in island if island not in kept else ():
            clean[pixel] = False
    return clean


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=9)), st.integers(0, 8))
def test_cleaning_equals_the_naive_one(mask, area):
    assert np.array_equal(clean_mask(mask, area), naive_clean(mask, area))


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=9)), st.integers(1, 8))
def test_cleaning_equals_that_of_the_package(mask, area):
    pytest.importorskip("cv2")
    from segment_anything.utils.amg import remove_small_regions

    filled, _ = remove_small_regions(mask, area, mode="holes")
    sizes = sorted(map(len, naive_regions(filled)))
    assume(sizes[-2:-1] != sizes[-1:])  # which of two largest islands stays is a matter of their order
    islands, _ = remove_small_regions(filled, area, mode="islands")
    assert np.array_equal(clean_mask(mask, area), islands)


def test_generator_equals_that_of_the_package():
    pytest.importorskip("cv2")
    options = {"points_per_side": 12, "min_mask_region_area": 512}
    theirs = segment_anything.SamAutomaticMaskGenerator(scene_sam(), **options).generate(IMAGE)
    ours = SamMasks(scene_sam(), **options).generate(IMAGE)
    assert len(theirs) == len(ours) == len(TRUTHS)
    for one, other in zip(theirs, ours, strict=True):
        assert np.array_equal(one["segmentation"], other["segmentation"])
        assert (one["area"], one["bbox"]) == (other["area"], other["bbox"])


# Bad checkpoints. -----------------------------------------------------------------------------------------------


class Payload:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def refusal(path, **options):
    with pytest.raises(ValueError) as caught:
        load_sam(path, device="cpu", **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_code_in_a_checkpoint_is_refused_and_not_run(tmp_path):
    path = saved({"weight": Payload(tmp_path / "ran")}, tmp_path / "evil.pth")
    assert "plain tensors only, got 'evil.pth', damaged or holding code, and refused (Unpickling" in refusal(path)
    assert not (tmp_path / "ran").exists()
    torch.load(path, weights_only=False)
    assert (tmp_path / "ran").exists(), "the payload is real"


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 torn"])
def test_damaged_checkpoint(tmp_path, content):
    (tmp_path / "torn.pth").write_bytes(content)
    message = refusal(tmp_path / "torn.pth")
    assert "got 'torn.pth', damaged or holding code" in message and "; download it again" in message


def test_truncated_checkpoint_tells_the_size_it_should_have(state, tmp_path):
    path = saved(state, tmp_path / "sam_vit_b_01ec64.pth")
    path.write_bytes(path.read_bytes()[:100_000])
    assert "100000 of 375042383 bytes" in refusal(path)


@pytest.mark.parametrize("content", [[torch.zeros(2)], {"lr": 0.1}, {"model": {"weight": 3}}])
def test_something_other_than_a_state_dict(tmp_path, content):
    message = refusal(saved(content, tmp_path / "other.pth"))
    assert message == "checkpoint must hold a state dict, got 'other.pth' with something else; save one"


def test_other_architectures(state, tmp_path):
    key = sam_module._WIDTH_KEY
    for other in ({"layer.weight": torch.zeros(2)}, {key: torch.zeros(96, 3, 16, 16)}, {key: torch.tensor(3.0)}):
        assert "must be of vit_b, vit_l, vit_h, got 'o.pth' of another" in refusal(saved(other, tmp_path / "o.pth"))
    extended = saved({**state, "mask_decoder.hf_token.weight": torch.zeros(1)}, tmp_path / "hq.pth")
    assert "must fit vit_b, got 'hq.pth' with 0 missing and 1 unexpected keys and 0 tensors" in refusal(extended)
    first = "mask_decoder.iou_token.weight"
    torn = saved({name: value for name, value in state.items() if name != first}, tmp_path / "torn.pth")
    assert "1 missing and 0 unexpected keys" in refusal(torn)
    wide = saved({**state, first: torch.zeros(2, 3)}, tmp_path / "wide.pth")
    assert "0 unexpected keys and 1 tensors of another shape; give a state dict" in refusal(wide)


def test_other_model_type(state, tmp_path):
    path = saved(state, tmp_path / "sam.pth")
    message = "checkpoint must be of model type 'vit_h', got 'vit_b'; leave model_type out"
    assert refusal(path, model_type="vit_h") == message
    assert refusal(path, model_type="vit_x") == "model_type must be one of vit_b, vit_l, vit_h, got 'vit_x'"


def test_other_refusals(monkeypatch):
    absent = "must be vit_b, vit_l, vit_h or an existing file, got 'absent.pth'; check the path"
    assert absent in refusal("absent.pth")
    assert "'float16' must run on a GPU, got device 'cpu'" in refusal("absent.pth", precision="float16")
    assert "precision must be one of float32, float16, bfloat16, got 'int8'" in refusal("x", precision="int8")
    with pytest.raises(TypeError, match=r"checkpoint must be a name or a path, got int"):
        load_sam(3)
    with pytest.raises(ValueError, match=r"device must be present on this machine, got 'cuda:99'; use 'cpu'"):
        load_sam("absent.pth", device="cuda:99")
    monkeypatch.setitem(sys.modules, "segment_anything", None)
    with pytest.raises(ImportError, match=r"segment_anything must be installed for SAM, .* 'limetheory\[sam\]'"):
        load_sam("vit_b")


def test_no_room_on_the_device(state, tmp_path, monkeypatch):
    def full(*arguments):
        raise torch.OutOfMemoryError("CUDA out of memory")

    path = saved(state, tmp_path / "sam.pth")
    monkeypatch.setattr(segment_anything.modeling.Sam, "to", full)
    assert "device must have room for vit_b, got out of memory on 'cpu'; use a smaller" in refusal(path)


def test_generator_refusals():
    sam = scene_sam()
    with pytest.raises(TypeError, match=r"takes points_per_side, .*, got 'iou'; correct its name"):
        SamMasks(sam, iou=0.5)
    with pytest.raises(TypeError, match=r"got 'output_mode'"):
        SamMasks(sam, output_mode="coco_rle")
    with pytest.raises(ValueError, match=r"points_per_side must be at least 1, got 0"):
        SamMasks(sam, points_per_side=0)
    with pytest.raises(TypeError, match=r"SAM's image must be a uint8 array, got float64"):
        SamMasks(sam).generate(IMAGE / 255)
    with pytest.raises(ValueError, match=r"SAM's image must have shape \(h, w, 3\), got \(300, 400\)"):
        SamMasks(sam).generate(IMAGE[..., 0])


# Downloads. -----------------------------------------------------------------------------------------------------

CONTENT = bytes(range(256)) * 10_000


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A small checkpoint published in a folder; a cache of its own."""
    origin = tmp_path / "origin"
    origin.mkdir()
    (origin / "tiny.pth").write_bytes(CONTENT)
    monkeypatch.setattr(sam_module, "ORIGIN", origin.as_uri())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tiny = Checkpoint("tiny.pth", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setitem(sam_module.CHECKPOINTS, "vit_b", tiny)
    return origin / "tiny.pth"


def test_a_checkpoint_is_downloaded_once(published):
    file = checkpoint_file("vit_b")
    assert file.read_bytes() == CONTENT and os.listdir(file.parent) == ["tiny.pth"]
    published.unlink()
    assert checkpoint_file("vit_b") == file
    assert sam_module.present_checkpoints() == ("vit_b",)


def test_a_cut_download_is_replaced(published):
    file = checkpoint_file("vit_b")
    file.write_bytes(CONTENT[:1000])
    assert sam_module.present_checkpoints() == ()
    assert checkpoint_file("vit_b").read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1], b"<html>not found</html>", CONTENT + b"1"])
def test_another_checksum_is_refused(published, tmp_path, content):
    published.write_bytes(content)
    with pytest.raises(ValueError, match=r"the download must have SHA-256 [0-9a-f]{64}, got [0-9a-f]{64} for tiny.pth"):
        checkpoint_file("vit_b", tmp_path / "kept")
    assert os.listdir(tmp_path / "kept") == []


def test_offline(published, tmp_path, monkeypatch):
    published.unlink()
    with pytest.raises(ConnectionError) as caught:
        load_sam("vit_b")
    message = str(caught.value)
    assert message.startswith("checkpoint 'vit_b' must be downloaded once, got no connection (")
    assert message.endswith("and pass its path") and "\n" not in message
    assert f"{published.as_uri()}, tiny.pth (3 MB, SHA-256 {hashlib.sha256(CONTENT).hexdigest()})" in message
    assert os.listdir(tmp_path / "cache" / "limetheory" / "checkpoints") == []


@pytest.mark.parametrize("error", [TimeoutError("timed out"), ConnectionResetError("reset by peer")])
def test_a_connection_that_breaks(published, monkeypatch, error):
    class Broken:
        def __enter__(self):
            return self

        def __exit__(self, *details):
            return None

        def read(self, size):
            raise error

    monkeypatch.setattr(urllib.request, "urlopen", lambda url, timeout: Broken())
    with pytest.raises(ConnectionError, match=rf"got no connection \({error}\); fetch file:"):
        checkpoint_file("vit_b")


def test_published_checkpoints():
    # names as in segment_anything's README; the six digits in them are of the MD5
    names = ["sam_vit_b_01ec64.pth", "sam_vit_l_0b3195.pth", "sam_vit_h_4b8939.pth"]
    assert [checkpoint.file for checkpoint in sam_module.CHECKPOINTS.values()] == names
    assert all(len(checkpoint.sha256) == 64 for checkpoint in sam_module.CHECKPOINTS.values())
    with pytest.raises(ValueError, match=r"checkpoint must be one of vit_b, vit_l, vit_h, got 'vit_t'"):
        checkpoint_file("vit_t")
