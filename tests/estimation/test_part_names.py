"""The warning of few masks with the name of the part whose interval it is about."""

import numpy as np
import pytest

from limetheory.estimation import FewMasksWarning
from limetheory.estimation.methods.few_masks import warn_of_few, with_part_names


def test_the_warning_of_few_masks_names_the_part():
    with pytest.warns(FewMasksWarning) as said:
        warn_of_few(np.array([50.0, 3.0, 2.0]), np.ones(3))
    message = str(said[0].message)
    named = with_part_names(message, ["sky", "grass", r"zebra \1"])
    assert named == message.replace("coefficient 2", r"zebra \1") != message


def test_other_messages_and_unknown_parts_stay():
    for message in ("the interval of coefficient 3 rests on", "a coefficient 0 is not meant", ""):
        assert with_part_names(message, ["sky", "grass", "zebra"]) == message
