"""Whether a callable takes an argument of some name."""

from functools import partial
from importlib import import_module

import pytest

from limetheory.adapters.lime.utils.generic_utils import has_arg


class Called:
    def __call__(self, message, *, loud=False):
        return message


@pytest.mark.parametrize("function", [Called(), len, sorted, partial(sorted, key=abs), lambda *a, **k: 0, Called])
@pytest.mark.parametrize("name", ["message", "loud", "key", "obj", "a", "k", "args", None])
def test_the_answer_is_limes(function, name):
    theirs = import_module("lime.utils.generic_utils").has_arg
    assert theirs(function, name) == has_arg(function, name)
