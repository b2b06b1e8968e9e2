"""Models from files: skops archives, ONNX graphs, and functions of modules that can be imported.

| module | idea |
|---|---|
| load.py | `load_stored_model`, which knows the kinds by their names |
| model.py | `StoredModel`: a model with the columns that it takes |
| skops_files.py | archives of skops, loaded with trusted types only |
| onnx_files.py, onnx_graph.py | graphs of ONNX, run by onnxruntime |
| pickles.py | pickles, which may run any code and are refused unless trusted |
| trust.py | what the user trusts, and how large a file may be |
| functions.py | functions of modules, "module:function" |
"""

from typing import TYPE_CHECKING

from limetheory.registry import exported
from limetheory.stored_models.load import load_stored_model as load_stored_model
from limetheory.stored_models.model import StoredModel as StoredModel

if not TYPE_CHECKING:
    __all__ = exported(__name__)
