"""ONNX files: graphs that onnxruntime runs, and that hold no code of their own."""

from __future__ import annotations

from pathlib import Path

from limetheory.checked_files import one_line
from limetheory.given import given
from limetheory.packages import needed
from limetheory.stored_models.onnx_graph import OnnxGraph
from limetheory.stored_models.trust import Trust

_REMEDIES = {
    "locale": "export it with a locale that every machine has: the option locale='C' of the vectorizer for skl2onnx",
    "(ZipMap)": "export it with the option zipmap=False for skl2onnx",
}
_REMEDY = "export it again, with its weights in the same file"


def read_onnx(path: Path, trust: Trust) -> OnnxGraph:
    """The graph of a file.

    It is read as bytes, so that it can refer to no other file.

    Raises:
        ValueError: no graph, or one with inputs and outputs that are not known.
        ImportError: onnxruntime is not installed.
    """
    runtime = needed("onnxruntime", "an .onnx model", "files")
    options = runtime.SessionOptions()
    options.log_severity_level = 4  # fatal errors only: the others arrive as exceptions
    try:
        session = runtime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ValueError(
            f"an .onnx model must be a graph that onnxruntime can load, got {given(str(path))} ({one_line(error)}); "
            f"{_remedy(str(error))}"
        ) from None
    return OnnxGraph(session)


def _remedy(said: str) -> str:
    """What to do about what onnxruntime said."""
    return next((remedy for word, remedy in _REMEDIES.items() if word in said), _REMEDY)
