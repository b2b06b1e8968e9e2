"""The packaged backbone, and ONNX Runtime on the whole file as an oracle."""

import numpy as np
import onnx
import onnxruntime
import pytest

from limetheory.networks import load_backbone
from limetheory.networks.vit.graph import LAST, PIXELS
from limetheory.networks.vit.weights_file import weights_file


@pytest.fixture(scope="session")
def dino():
    return load_backbone()


@pytest.fixture(scope="session")
def whole_file():
    """Normalised images (n, 3, h, w) → tokens (n, 1 + patches, c), by the file with its decoder, of any size."""
    model = onnx.load(str(weights_file(None)))
    height, width = model.graph.input[0].type.tensor_type.shape.dim[2:]
    height.dim_param, width.dim_param = "h", "w"
    model.graph.output.append(onnx.helper.make_tensor_value_info(LAST, onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return lambda pixels: session.run([LAST], {PIXELS: pixels.astype(np.float32)})[0]
