"""`dino_similarity`: cosines of class tokens, references of any kind and size, and what is refused."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from PIL import Image
from skimage import data

import limetheory as lt
from limetheory.networks import Classifier, load_backbone
from limetheory.networks.vit.graph import PIXELS
from limetheory.networks.vit.weights_file import weights_file
from tests.networks.vit.small_pictures import normalised
from tests.networks.vit.test_local import clip_vision, saved, seeded

COFFEE, CAT = data.coffee(), data.chelsea()


@pytest.fixture(scope="module")
def alike():
    return lt.load_model("dino_similarity", reference=[COFFEE, CAT])


def tensor(image):
    return torch.tensor(image.transpose(2, 0, 1)[None], dtype=torch.float32)


def cosine(one, other):
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


ENTERING = "/backbone/encoder/layer.10/Add_1_output_0"
"""The tokens that enter the last layer, in the packaged file."""


def class_tokens_by_onnx(images):
    """The class tokens before the last layer, behind the file's final layer norm, which is written once more here."""
    model = onnx.load(str(weights_file(None)))
    model.graph.output.append(onnx.helper.make_tensor_value_info(ENTERING, onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    rows = session.run([ENTERING], {PIXELS: normalised(np.stack(images))})[0][:, 0]
    known = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    centred = rows - rows.mean(axis=1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-6)
    return scaled * known["backbone.layernorm.weight"] + known["backbone.layernorm.bias"]


@pytest.mark.slow
def test_outputs_are_the_cosines_of_class_tokens(alike, dino):
    images = [alike.prepare(lt.as_image(one)) for one in (COFFEE, CAT, data.rocket())]
    tokens = class_tokens_by_onnx(images)
    expected = np.array([[cosine(one, reference) for reference in tokens[:2]] for one in tokens])
    found = torch.cat([alike(tensor(one)) for one in images]).numpy()
    assert found == pytest.approx(expected, abs=1e-5)
    assert found[0, 0] == pytest.approx(1, abs=1e-6) and found[1, 1] == pytest.approx(1, abs=1e-6)
    last = dino(np.stack(images)).cls  # mutant: behind the last layer
    assert abs(cosine(last[0], last[1]) - expected[0, 1]) > 0.01


@pytest.mark.slow
def test_it_is_a_classifier_of_its_references(alike):
    assert isinstance(alike, Classifier) and alike.output_bounds == (-1.0, 1.0)
    assert alike.class_names == ("similarity to reference 1", "similarity to reference 2")
    assert (alike.name, alike.output, alike.input_size, alike.activation) == (
        "dino_similarity",
        "similarity",
        224,
        "none",
    )


@pytest.mark.slow
def test_a_reference_of_any_size_is_resized_to_the_same_square(tmp_path):
    large = np.kron(CAT[:64, :64], np.ones((4, 4, 1), np.uint8))
    Image.fromarray(large).save(tmp_path / "cat.png")
    for reference in (tmp_path / "cat.png", str(tmp_path / "cat.png"), Image.fromarray(large), large / 255):
        model = lt.load_model("dino_similarity", reference=reference)
        name = "cat.png" if isinstance(reference, (str, type(tmp_path))) else "the reference"
        assert model.class_names == (f"similarity to {name}",)
        assert float(model(tensor(model.prepare(large / 255)))) == pytest.approx(1, abs=1e-5)


@pytest.mark.slow
def test_gradients_reach_the_image(alike):
    image = tensor(alike.prepare(lt.as_image(data.rocket()))).requires_grad_()
    alike(image)[0, 0].backward()
    assert image.grad.abs().max() > 0 and all(one.grad is None for one in alike.network.parameters())


@pytest.mark.slow
def test_half_precision_is_near(alike):
    rough = lt.load_model("dino_similarity", reference=[COFFEE, CAT], precision="bfloat16")
    image = tensor(alike.prepare(lt.as_image(data.rocket())))
    assert torch.allclose(rough(image), alike(image), atol=0.03)
    assert 0 < rough.precision_gap(image) < 0.03


@pytest.mark.slow
def test_another_vision_transformer_from_a_folder(tmp_path):
    folder = saved(seeded(clip_vision), tmp_path)
    model, backbone = lt.load_model("dino_similarity", reference=CAT, weights=folder), load_backbone(folder)
    images = [model.prepare(lt.as_image(one)) for one in (CAT, COFFEE)]
    expected = cosine(*backbone(np.stack(images)).cls)
    assert float(model(tensor(images[1]))) == pytest.approx(expected, abs=1e-5) and not model.leaves_patches_out


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (
            {},
            ValueError,
            "needs a reference, got None; give an image or its path, on the command line by --similar-to FILE",
        ),
        ({"reference": []}, ValueError, r"needs a reference, got \[\]"),
        ({"reference": "nowhere.png"}, FileNotFoundError, "nowhere.png"),
        ({"reference": np.zeros((4, 4, 3), np.int64)}, TypeError, "uint8, uint16, bool or float"),
        ({"reference": 5}, TypeError, "^reference must be an array, a Pillow image or the path of a file, got 5"),
        ({"reference": np.zeros((4, 4, 7))}, ValueError, r"^reference must have shape .*, got \(4, 4, 7\)"),
        ({"reference": np.full((4, 4), 9.0)}, ValueError, "^reference"),
        ({"reference": [CAT, np.zeros((0, 4))]}, ValueError, "^reference 2 must have at least one pixel"),
        (
            {"reference": CAT, "output": "softmax"},
            ValueError,
            "output must be one of probabilities, similarity, got 'sof",
        ),
        ({"reference": CAT, "weights": "nowhere.onnx"}, FileNotFoundError, "weights must be an existing file"),
    ],
)
def test_what_is_refused(options, error, words):
    with pytest.raises(error, match=words) as caught:
        lt.load_model("dino_similarity", **options)
    assert "\n" not in str(caught.value)


def test_a_reference_is_for_similarity_alone():
    with pytest.raises(
        ValueError, match=r"^a reference is for dino_similarity, got 'a.jpg' with 'efficientnet_lite0'; l"
    ):
        lt.load_model("efficientnet_lite0", reference="a.jpg")
