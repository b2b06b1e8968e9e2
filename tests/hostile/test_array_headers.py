"""The header of an array of NumPy is a literal of Python: whatever a damaged one makes its reader raise is refused."""

import numpy as np
import pytest

from limetheory.images.segmentation.label_files import read_label_map

HEADERS = [b"{\x00", b"{'descr': '<i8', 'fortran_order': False, 'shape': (3,", b"(" * 40, b"1L + ", b"\xff"]


@pytest.mark.parametrize("header", HEADERS, ids=range(len(HEADERS)))
def test_a_header_that_is_no_literal_is_refused_in_one_line(header, tmp_path):
    length = len(header).to_bytes(2, "little")
    (tmp_path / "labels.npy").write_bytes(np.lib.format.magic(1, 0) + length + header)
    with pytest.raises(ValueError, match="of labels must be whole") as refused:
        read_label_map(tmp_path / "labels.npy")
    assert "\n" not in str(refused.value)
