"""Pickles: to load one is to run whatever its maker put into it, so that they are refused unless trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from limetheory.checked_files import one_line
from limetheory.given import given
from limetheory.stored_models.trust import Trust

_SAFE = "save the model with skops.io.dump"


def is_pickle(head: bytes) -> bool:
    """Whether a file that begins so is a pickle of protocol 2 or later.

    >>> import pickle
    >>> is_pickle(pickle.dumps({})), is_pickle(b"PK")
    (True, False)
    """
    return len(head) > 1 and head[0] == 0x80 and 2 <= head[1] <= 5


def read_pickle(path: Path, trust: Trust) -> Any:
    """The object of a pickle, of joblib's too, if the caller trusts it.

    Raises:
        ValueError: it is not trusted, or it cannot be loaded.
    """
    if not trust.pickles:
        raise ValueError(
            f"a model from a pickle may run any code, got {given(str(path))}; {_SAFE}, or add --trust-pickle "
            "(trust_pickle=True) if you trust whoever made the file"
        )
    import joblib

    try:
        return joblib.load(path)
    except Exception as error:
        raise ValueError(
            f"a model must be a pickle that can be loaded here, got {given(str(path))} ({one_line(error)}); {_SAFE} "
            "where it was made"
        ) from None


def refuse_disguised(path: Path, suffix: str) -> None:
    """Refuse a pickle whose name has the ending of another kind of file.

    Raises:
        ValueError: it is one.
    """
    with path.open("rb") as file:
        head = file.read(2)
    if is_pickle(head):
        raise ValueError(
            f"a model named {suffix} must be a file of that kind, got the pickle {given(str(path))}; {_SAFE}, and "
            "do not load it unless you know who made it"
        )
