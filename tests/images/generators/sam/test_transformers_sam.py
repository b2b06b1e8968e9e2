"""Networks from folders of transformers: masks as those of two other implementations, and of a composed scene."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import transformers
from composed_scene import SIDE, Scene, Shrink, is_recovered, records_of
from PIL import Image
from small_sams import MODELS, padding_processor, saved, square_processor
from small_sams import SIDE as SMALL_SIDE
from torch import nn

from limetheory.images.generators.mask_generators import masks_of
from limetheory.images.generators.sam import folder as sam_folder
from limetheory.images.generators.sam.masks import SamMasks, load_sam
from limetheory.images.generators.sam.predictor import TransformersSam

EVERY = {"pred_iou_thresh": -1e9, "stability_score_thresh": -1.0, "box_nms_thresh": 1.0, "min_mask_region_area": 0}
"""Options that keep all masks of random weights."""

PICTURE = np.random.default_rng(0).integers(0, 256, (48, 70, 3), dtype=np.uint8)


@pytest.fixture(params=MODELS)
def folder(request, tmp_path):
    return saved(request.param, tmp_path / request.param)


def found(checkpoint, image=PICTURE, **options):
    return masks_of(image, "sam", checkpoint=checkpoint, **{"points_per_side": 3, "device": "cpu", **EVERY, **options})


@pytest.mark.slow
def test_all_masks_of_a_grid_of_points(folder):
    masks = found(folder, cache=False)
    assert masks.dtype == bool and masks.shape == (3 * 3 * 3, 48, 70)
    assert masks.any(axis=(1, 2)).any() and not masks.all()
    assert np.array_equal(found(str(folder), cache=False), masks), "the same question, the same answer"


@pytest.mark.slow
@pytest.mark.parametrize("points", [1, 4])
def test_batches_do_not_matter(folder, points):
    assert np.array_equal(found(folder, cache=False, points_per_batch=points), found(folder, cache=False))


@pytest.mark.slow
def test_records_are_those_of_segment_anything(folder):
    generator = SamMasks(load_sam(folder, device="cpu"), points_per_side=2, **EVERY)
    keys = {"segmentation", "area", "bbox", "predicted_iou", "point_coords", "stability_score", "crop_box"}
    assert all(set(record) == keys for record in generator.generate(PICTURE))


@pytest.mark.slow
@pytest.mark.parametrize("option", ["pred_iou_thresh", "stability_score_thresh"])
def test_thresholds_keep_what_scores_higher(folder, option):
    generator = SamMasks(load_sam(folder, device="cpu"), points_per_side=3, **EVERY)
    name = {"pred_iou_thresh": "predicted_iou", "stability_score_thresh": "stability_score"}[option]
    records = generator.generate(PICTURE)
    scores = [record[name] for record in records]
    threshold = (max(0, min(scores)) + max(scores)) / 2  # positive, because else segment_anything asks for no score
    expected = [record["segmentation"] for record in records if record[name] > threshold]
    assert 0 < len(expected) < len(records)
    assert np.array_equal(found(folder, cache=False, **{option: threshold}), expected)


@pytest.mark.slow
def test_bfloat16_is_that_of_the_encoder_and_changes_little(folder):
    exact, rough = (load_sam(folder, device="cpu", precision=name) for name in ("float32", "bfloat16"))
    pixels = torch.rand(1, 3, SMALL_SIDE, SMALL_SIDE)
    with torch.no_grad():
        pairs = [flat(sam.embedded(pixels)) for sam in (exact, rough)]
    assert rough.network.dtype == torch.float32
    for one, other in zip(*pairs, strict=True):
        assert other.dtype == torch.float32 and 0 < (one - other).abs().max() < 0.1 * one.abs().max()


def flat(features):
    if isinstance(features, torch.Tensor):
        return [features]
    return [one for part in (features.values() if isinstance(features, dict) else features) for one in flat(part)]


# The masks of two other implementations. ------------------------------------------------------------------------


def pipeline_masks(folder, image, **options):
    """The masks of transformers' own pipeline."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = transformers.pipeline("mask-generation", model=str(folder), device="cpu")
        answer = pipeline(Image.fromarray(image), points_per_crop=3, **options)
    return np.array([np.asarray(mask) for mask in answer["masks"]])


def as_set(masks):
    return sorted(mask.tobytes() for mask in masks)


@pytest.mark.slow
def test_masks_are_those_of_the_pipeline_of_transformers(folder):
    # a square, because the pipeline scales points of SAM 2 as if the image were padded
    image = np.random.default_rng(1).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    options = {"pred_iou_thresh": -1e9, "stability_score_thresh": 0.5}
    theirs = pipeline_masks(folder, image, crops_nms_thresh=1.0, **options)
    ours = found(folder, image, cache=False, **options)
    assert len(ours) == len(theirs) > 2 and as_set(ours) == as_set(theirs)
    alike = pipeline_masks(folder, image, crops_nms_thresh=0.7, **options)
    assert as_set(found(folder, image, cache=False, **options, box_nms_thresh=0.7)) == as_set(alike)


RENAMED = {
    "iou_prediction_head.layers.0": "iou_prediction_head.proj_in",
    "iou_prediction_head.layers.1": "iou_prediction_head.layers.0",
    "iou_prediction_head.layers.2": "iou_prediction_head.proj_out",
    **{
        f"output_hypernetworks_mlps.{mlp}.layers.{layer}": f"output_hypernetworks_mlps.{mlp}.{name}"
        for mlp in range(4)
        for layer, name in enumerate(["proj_in", "layers.0", "proj_out"])
    },
    "output_upscaling.0": "upscale_conv1", "output_upscaling.1": "upscale_layer_norm",
    "output_upscaling.3": "upscale_conv2", "mask_downscaling.0": "mask_embed.conv1",
    "mask_downscaling.1": "mask_embed.layer_norm1", "mask_downscaling.3": "mask_embed.conv2",
    "mask_downscaling.4": "mask_embed.layer_norm2", "mask_downscaling.6": "mask_embed.conv3",
    "point_embeddings": "point_embed",
    "pe_layer.positional_encoding_gaussian_matrix": "shared_embedding.positional_embedding",
    "image_encoder": "vision_encoder", "neck.0": "neck.conv1", "neck.1": "neck.layer_norm1", "neck.2": "neck.conv2",
    "neck.3": "neck.layer_norm2", "patch_embed.proj": "patch_embed.projection", ".norm": ".layer_norm",
    "blocks": "layers",
}  # fmt: skip
"""Parts of the names of weights in segment_anything → in transformers."""


def renamed(name):
    for theirs, ours in RENAMED.items():
        name = name.replace(theirs, ours)
    return name


def original_sam(state):
    """The architecture of segment_anything as small as that of the folder, with the folder's weights."""
    from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

    sam = Sam(
        ImageEncoderViT(
            img_size=SMALL_SIDE, patch_size=8, embed_dim=16, depth=2, num_heads=2, mlp_ratio=1.5, out_chans=32,
            norm_layer=lambda width: nn.LayerNorm(width, eps=1e-6), use_rel_pos=True, window_size=4,
            global_attn_indexes=(1,),
        ),
        PromptEncoder(32, (8, 8), (SMALL_SIDE, SMALL_SIDE), mask_in_chans=4),
        MaskDecoder(
            transformer_dim=32, transformer=TwoWayTransformer(2, 32, 2, mlp_dim=32), iou_head_hidden_dim=16
        ),
    )  # fmt: skip
    own = {name for name in sam.state_dict() if not name.startswith("pixel_")}
    sam.load_state_dict({name: state[renamed(name)] for name in own}, strict=False)
    return sam.eval()


@pytest.mark.slow
def test_masks_are_those_of_segment_anything_with_the_same_weights(tmp_path):
    sam = load_sam(saved("sam", tmp_path / "sam"), device="cpu")
    image = np.random.default_rng(2).integers(0, 256, (40, SMALL_SIDE, 3), dtype=np.uint8)  # is padded, not resized
    theirs, ours = (
        SamMasks(one, points_per_side=4, **EVERY).generate(image)
        for one in (original_sam(sam.network.state_dict()), sam)
    )
    assert len(theirs) == len(ours) == 4 * 4 * 3
    for name in ("predicted_iou", "stability_score"):
        assert [record[name] for record in ours] == pytest.approx([record[name] for record in theirs], abs=2e-4)
    differing = sum((a["segmentation"] != b["segmentation"]).sum() for a, b in zip(ours, theirs, strict=True))
    assert differing <= 1e-3 * image.shape[0] * image.shape[1] * len(ours), "no more than roundings at the threshold"
    assert [record["point_coords"] for record in ours] == [record["point_coords"] for record in theirs]


# The composed scene. ----------------------------------------------------------------------------------------------


class SceneNetwork(nn.Module):
    """Answers as transformers' networks do, with the regions of the scene."""

    device = torch.device("cpu")

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Shrink(), Scene()

    def get_image_embeddings(self, pixels):
        return self.encoder(pixels)

    def forward(self, image_embeddings, input_points, input_labels, multimask_output):
        assert multimask_output and input_labels.eq(1).all() and input_labels.shape == input_points.shape[:3]
        masks, scores = self.decoder(image_embeddings, None, input_points[0], None, multimask_output)
        return SimpleNamespace(pred_masks=masks[None], iou_scores=scores[None])


def scene_masks(processor):
    return SamMasks(TransformersSam(SceneNetwork(), processor(SIDE), SIDE), points_per_side=12)


PROCESSORS = pytest.mark.parametrize("processor", [padding_processor, square_processor])


@pytest.mark.slow
@PROCESSORS
def test_the_regions_of_a_scene_are_recovered(processor):
    assert is_recovered(records_of(scene_masks(processor)))


def rescaled(generator, change):
    own = generator.automatic.predictor.transform.apply_coords
    generator.automatic.predictor.transform.apply_coords = lambda points, size: change(own(points, size), points)


MUTANTS = {
    "points of the original image": lambda generator: rescaled(generator, lambda scaled, points: points),
    "swapped coordinates": lambda generator: rescaled(generator, lambda scaled, points: scaled[..., ::-1].copy()),
    "moved points": lambda generator: rescaled(generator, lambda scaled, points: scaled + np.array([20.0, 0.0])),
    "no score threshold": lambda generator: setattr(generator.automatic, "pred_iou_thresh", 0.0),
}


@pytest.mark.slow
@PROCESSORS
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_predictor_does_not_recover_them(processor, mutant):
    generator = scene_masks(processor)
    MUTANTS[mutant](generator)
    assert not is_recovered(records_of(generator))


# The cache. -----------------------------------------------------------------------------------------------------


def test_a_second_call_reads_the_cache(folder, tmp_path, monkeypatch):
    first = found(folder, cache=tmp_path / "cache")
    monkeypatch.setattr(sam_folder, "_network", lambda *given: pytest.fail("the folder was loaded again"))
    moved = folder.rename(tmp_path / "elsewhere")
    assert np.array_equal(found(moved, cache=tmp_path / "cache"), first)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["model.safetensors", "preprocessor_config.json"])
def test_a_folder_counts_by_its_content(tmp_path, name):
    folder, cache = saved("sam", tmp_path / "sam"), tmp_path / "cache"
    found(folder, cache=cache)
    file = folder / name
    content = bytearray(file.read_bytes())
    if name.endswith("json"):
        content += b" "
    else:
        content[len(content) // 2] ^= 1
    file.write_bytes(content)
    found(folder, cache=cache)
    assert len(list(cache.iterdir())) == 2


def test_loading_leaves_the_seed_alone(folder):
    before = torch.get_rng_state()
    load_sam(folder, device="cpu")
    assert torch.equal(before, torch.get_rng_state())
