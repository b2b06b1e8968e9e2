"""`load_stored_model`: a model from the name of a file or of a function."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from limetheory.answers import scoring
from limetheory.arguments import flag, several
from limetheory.checked_files import checked_file
from limetheory.given import given
from limetheory.stored_models.functions import FORM, imported_function
from limetheory.stored_models.model import StoredModel, of_estimator
from limetheory.stored_models.onnx_files import read_onnx
from limetheory.stored_models.pickles import read_pickle, refuse_disguised
from limetheory.stored_models.skops_files import read_skops
from limetheory.stored_models.trust import MOST_BYTES, Trust

READERS: Mapping[str, Callable[[Path, Trust], Any]] = {
    ".skops": read_skops,
    ".onnx": read_onnx,
    **dict.fromkeys((".pkl", ".pickle", ".joblib"), read_pickle),
}
"""What reads a file into an estimator, or refuses it in one line, by the ending of its name."""

_PICKLES = [ending for ending, reader in READERS.items() if reader is read_pickle]
_KINDS = f"a .skops or .onnx file, a pickle ({', '.join(_PICKLES)}) that you trust, or MODULE:FUNCTION"


def load_stored_model(
    source: str | os.PathLike[str], *, trusted: Sequence[str] = (), trust_pickle: bool = False
) -> StoredModel:
    """Load a model of texts or of rows of a table.

    | source | what | safe to load |
    |---|---|---|
    | ``FILE.skops`` | what ``skops.io.dump`` wrote, such as a pipeline of scikit-learn | yes, of trusted types only |
    | ``FILE.onnx`` | a graph for onnxruntime, of strings or of numbers | yes |
    | ``MODULE:FUNCTION`` | a function of a list of texts or of rows, or an estimator | runs the module |
    | ``FILE.pkl``, ``.pickle``, ``.joblib`` | a pickle | no, it may run any code |

    Args:
        source: one of the table; a file, or a name that Python can import.
        trusted: full names of types that a .skops file may hold besides those that skops trusts.
        trust_pickle: whether a pickle may be loaded.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: another kind of file, an empty, damaged or very large one, untrusted types (which are listed), or a
            pickle that is not trusted.
        ImportError: a package or module is missing.
        TypeError: an object that cannot be asked for scores.

    >>> load_stored_model("statistics:fmean").predict([1.0, 2.0])
    1.5
    >>> load_stored_model("model.h5")
    Traceback (most recent call last):
    ValueError: a model must be a .skops or .onnx file, a pickle (.pkl, .pickle, .joblib) that you trust, or
    MODULE:FUNCTION, got 'model.h5'; write a function that asks it, and give that
    """
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(f"a model must be {_KINDS}, got {given(source)}; give its name as a string")
    name = os.fspath(source)
    trust = Trust(tuple(several("trusted", trusted, "names of types")), flag("trust_pickle", trust_pickle))
    suffix = Path(name).suffix.lower()
    if suffix not in READERS:
        if FORM.fullmatch(name):
            return of_estimator(name, imported_function(name))
        raise ValueError(f"a model must be {_KINDS}, got {given(name)}; write a function that asks it, and give that")
    path = checked_file("a model", name, MOST_BYTES, "give the file of a model")
    if suffix not in _PICKLES:
        refuse_disguised(path, suffix)
    return _asked(name, READERS[suffix](path, trust))


def _asked(name: str, model: Any) -> StoredModel:
    found = of_estimator(name, model)
    if not (callable(model) or scoring(model)):
        raise TypeError(
            f"a model must be an estimator with predict_proba, decision_function or predict, got "
            f"{type(model).__name__} in {given(name)}; save the fitted estimator or pipeline itself"
        )
    return found
