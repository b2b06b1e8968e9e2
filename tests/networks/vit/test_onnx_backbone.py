"""The two parts of the packaged graph against the whole file, and files that are no such graph."""

import numpy as np
import onnx
import pytest
import torch

from limetheory.networks import load_backbone
from limetheory.networks.vit.graph import EMBEDDED, LAST, PIXELS, BackboneGraph
from limetheory.networks.vit.weights_file import weights_file
from tests.networks.vit.small_pictures import normalised, pictures, relative_gap

SIZES = [(14, 14), (28, 28), (42, 70), (70, 42), (224, 224), (14, 518)]


@pytest.mark.slow
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_tokens_are_those_of_the_whole_file_at_any_size(dino, whole_file, height, width):
    images = pictures(2, height, width)
    tokens, expected = dino(images), whole_file(normalised(images))
    assert tokens.grid == (height // 14, width // 14) and tokens.cls.dtype == np.float32
    assert relative_gap(tokens.cls, expected[:, 0]) < 1e-5
    assert relative_gap(tokens.patches.reshape(2, -1, 384), expected[:, 1:]) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [lambda images: images.transpose(0, 2, 1, 3), lambda images: images[..., ::-1], lambda images: 0.99 * images],
    ids=["rows for columns", "blue for red", "another scale"],
)
def test_that_comparison_notices_other_images(dino, whole_file, mutant):
    images = pictures(1, 56, 56)
    expected = whole_file(normalised(images))
    assert relative_gap(dino(mutant(images)).patches.reshape(1, -1, 384), expected[:, 1:]) > 1e-3


@pytest.mark.slow
def test_images_of_a_batch_do_not_depend_on_each_other(dino):
    images = pictures(9, 224, 210)  # more than are evaluated at once
    together = dino(images)
    for place in (0, 8):
        alone = dino(images[place])
        assert relative_gap(together.cls[place], alone.cls[0]) < 1e-5
        assert relative_gap(together.patches[place], alone.patches[0]) < 1e-5


@pytest.mark.slow
def test_the_sessions_are_kept_and_follow_the_number_of_threads():
    before, threads = load_backbone(), torch.get_num_threads()
    assert load_backbone() is before
    try:
        torch.set_num_threads(threads + 1)
        assert load_backbone() is not before
        assert load_backbone()._encoder.get_session_options().intra_op_num_threads == threads + 1
    finally:
        torch.set_num_threads(threads)


@pytest.mark.slow
def test_the_decoder_is_in_neither_part_and_together_they_are_the_backbone():
    graph = BackboneGraph(weights_file(None))
    parts = [onnx.load_model_from_string(part) for part in (graph.embedding(), graph.encoder())]
    for part in parts:
        onnx.checker.check_model(part)
    names = [{node.name for node in part.graph.node} for part in parts]
    whole = onnx.load(str(weights_file(None))).graph
    last = next(place for place, node in enumerate(whole.node) if LAST in node.output)
    assert not names[0] & names[1] and not any("decoder" in name for name in names[0] | names[1])
    unused = {node.name for node in whole.node[: last + 1]} - names[0] - names[1]
    assert unused == set()
    assert [part.graph.input[0].name for part in parts] == [PIXELS, EMBEDDED]


@pytest.mark.slow
def test_a_file_that_is_given_is_read_in_place_of_the_packaged_one(dino, tmp_path):
    model = onnx.load(str(weights_file(None)))
    token = next(one for one in model.graph.initializer if one.name == "backbone.embeddings.cls_token")
    token.raw_data = np.zeros(384, np.float32).tobytes()
    onnx.save(model, tmp_path / "other.onnx")
    images = pictures(1, 28, 28)
    assert relative_gap(load_backbone(weights=tmp_path / "other.onnx")(images).cls, dino(images).cls) > 0.01


def small_graph(path, **changes):
    """A file with the tensors that are looked for, and nothing else."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    kernel = helper.make_tensor(
        "backbone.embeddings.patch_embeddings.projection.weight", kind, [2, 3, 1, 1], bytes(24), True
    )
    token = helper.make_tensor("backbone.embeddings.cls_token", kind, [1, 1, 2], bytes(8), True)
    nodes = [helper.make_node("Neg", [PIXELS], [EMBEDDED]), helper.make_node("Neg", [EMBEDDED], [LAST])]
    graph = helper.make_graph(
        changes.get("nodes", nodes), "small", [helper.make_tensor_value_info(PIXELS, kind, ["n", 3, 1, 1])],
        [helper.make_tensor_value_info(LAST, kind, None)], [kernel, token][: changes.get("tensors", 2)],
    )  # fmt: skip
    onnx.save(helper.make_model(graph), path, **changes.get("save", {}))
    return path


def test_what_is_no_such_graph_is_refused_in_one_line(tmp_path):
    (tmp_path / "text.onnx").write_text("no graph")
    with pytest.raises(
        ValueError, match=r"^weights must be an \.onnx file, got .*text\.onnx.*; give a file like that of"
    ):
        load_backbone(weights=tmp_path / "text.onnx")
    with pytest.raises(ValueError, match=r"^weights must hold the tensor backbone\.embeddings\.cls_token, got none in"):
        load_backbone(weights=small_graph(tmp_path / "a.onnx", tensors=1))
    node = onnx.helper.make_node("Neg", [PIXELS], [EMBEDDED])
    with pytest.raises(ValueError, match=rf"^weights must hold the tensor {LAST}, got none in"):
        load_backbone(weights=small_graph(tmp_path / "b.onnx", nodes=[node]))
    nodes = [
        onnx.helper.make_node("NoSuchOperation", [PIXELS], [EMBEDDED]),
        onnx.helper.make_node("Neg", [EMBEDDED], [LAST]),
    ]
    with pytest.raises(ValueError, match=r"^weights must be a graph that onnxruntime can load, got .*c\.onnx"):
        load_backbone(weights=small_graph(tmp_path / "c.onnx", nodes=nodes))


def test_a_graph_whose_tensors_are_in_another_file_is_refused(tmp_path):
    elsewhere = {"save_as_external_data": True, "location": "elsewhere.bin", "size_threshold": 0}
    with pytest.raises(ValueError, match=r"^weights must be in one file, got .*e\.onnx.* in another; export it again"):
        load_backbone(weights=small_graph(tmp_path / "e.onnx", save=elsewhere))
