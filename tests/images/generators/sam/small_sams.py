"""Segmentation networks of transformers with tiny configurations and random weights, saved to folders."""

import torch
import transformers

SIDE = 64
VISION = {
    "hidden_size": 16, "output_channels": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": SIDE,
    "patch_size": 8, "window_size": 4, "global_attn_indexes": [1], "num_pos_feats": 16, "mlp_dim": 24,
}  # fmt: skip
PROMPT = {"hidden_size": 32, "image_size": SIDE, "patch_size": 8, "mask_input_channels": 4}
DECODER = {
    "hidden_size": 32, "mlp_dim": 32, "num_attention_heads": 2, "iou_head_hidden_dim": 16, "num_hidden_layers": 2
}  # fmt: skip
HIERA = {
    "hidden_size": 8, "image_size": [SIDE, SIDE], "blocks_per_stage": [1, 1, 2, 1],
    "embed_dim_per_stage": [8, 16, 32, 64], "num_attention_heads_per_stage": [1, 1, 2, 2],
    "window_size_per_stage": [4, 4, 4, 2], "global_attention_blocks": [3],
    "window_positional_embedding_background_size": [4, 4],
}  # fmt: skip


def sam():
    config = transformers.SamConfig(vision_config=VISION, prompt_encoder_config=PROMPT, mask_decoder_config=DECODER)
    return transformers.SamModel(config)


def sam_hq():
    config = transformers.SamHQConfig(
        vision_config=VISION, prompt_encoder_config=PROMPT, mask_decoder_config={**DECODER, "vit_dim": 16}
    )
    return transformers.SamHQModel(config)


def sam2():
    vision = {
        "backbone_config": {"model_type": "sam2_hiera_det_model", **HIERA}, "backbone_channel_list": [64, 32, 16, 8],
        "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]], "fpn_hidden_size": 32, "num_feature_levels": 3,
    }  # fmt: skip
    prompt = {**PROMPT, "patch_size": 16}
    config = transformers.Sam2Config(vision_config=vision, prompt_encoder_config=prompt, mask_decoder_config=DECODER)
    return transformers.Sam2Model(config)


def padding_processor(side=SIDE):
    """SAM's: the longest edge becomes the side, and the rest is padded."""
    return transformers.SamImageProcessor(
        size={"longest_edge": side}, pad_size={"height": side, "width": side}, mask_size={"longest_edge": side // 4},
        mask_pad_size={"height": side // 4, "width": side // 4},
    )  # fmt: skip


def square_processor(side=SIDE):
    """SAM 2's: the image becomes a square."""
    return transformers.Sam2ImageProcessor(size={"height": side, "width": side})


MODELS = {"sam": (sam, padding_processor), "sam_hq": (sam_hq, padding_processor), "sam2": (sam2, square_processor)}


def seeded(make):
    """A network whose weights are drawn anew, away from those of a fresh one: zero biases and norms of one."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = make().eval()
        for one in model.parameters():
            one.data += 0.3 * torch.randn(one.shape)
        return model


def saved(kind, folder):
    make, processor = MODELS[kind]
    seeded(make).save_pretrained(folder)
    processor().save_pretrained(folder)
    return folder
