"""Answers as plain values: dicts, lists, numbers and names that JSON keeps to the last bit."""

import hashlib
import math
from numbers import Integral, Real

import numpy as np
from public_names import lt

EXPLAINED = ("coefficients", "intercept", "standard_errors", "n_evaluations", "degrees_of_freedom", "covariance")
ALSO = {
    "selection": ("selected", "statistics", "significant"),
    "posterior": ("prior_mean", "prior_precision", "noise_precision"),
    "image": ("target", "outputs", "segments", "n_masks"),
}
"""What some explanations have besides, by kind."""

STOPPING = ("half_widths", "reached", "n_masks", "guarantee")
"""What is kept of how one stopped at a tolerance."""

LISTED = 40
"""Arrays of more entries are saved as a digest."""

SENTENCES = ("theory", "assumes", "warnings")
"""Keys of sentences, which may be reworded: only whether there is one is compared."""


def plain(value):
    """The value with arrays, explanations and NumPy's numbers made plain."""
    if isinstance(value, lt.Explanation):
        return explained(value)
    if isinstance(value, dict):
        return {str(key): sentence(one) if key in SENTENCES else plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, np.ndarray):
        return value.tolist() if value.size <= LISTED else digest(value)
    return scalar(value)


def scalar(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    assert isinstance(value, Real), f"an answer must be plain, got {type(value).__name__}"
    return float(value)


def sentence(value):
    return len(value) if isinstance(value, list) else bool(value)


def explained(found):
    """Every number of an explanation, with those of its own kind."""
    numbers = {name: plain(getattr(found, name)) for name in EXPLAINED}
    if found.stopping is not None:
        numbers["stopping"] = {name: plain(getattr(found.stopping, name)) for name in STOPPING}
    for kind, names in ALSO.items():
        if hasattr(found, names[0]):
            numbers[kind] = {name: plain(getattr(found, name)) for name in names}
    return numbers


def attributes(found, *names):
    """The named attributes of a result."""
    return {name: getattr(found, name) for name in names}


def digest(array):
    """The SHA-256 of an array's bytes, with its sum and four of its entries."""
    flat = np.ascontiguousarray(array).ravel()
    kept = flat[:: max(flat.size // 4, 1)][:4]
    return {
        "shape": list(array.shape),
        "sha256": hashlib.sha256(flat.astype(flat.dtype.newbyteorder("<")).tobytes()).hexdigest(),
        "sum": float(math.fsum(flat.tolist())),
        "some": kept.tolist(),
    }


def structure(value, path=""):
    """One line for each key and each list: where it is and what it holds."""
    if isinstance(value, dict):
        yield f"{path} {{}}".strip()
        for key, one in value.items():
            yield from structure(one, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        yield f"{path} []"
        yield from dict.fromkeys(line for one in value for line in structure(one, f"{path}[]"))
    else:
        yield f"{path} {type(value).__name__}"
