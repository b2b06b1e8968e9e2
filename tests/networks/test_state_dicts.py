"""State dicts that claim more memory than their file has are refused."""

import zipfile

import pytest
import torch

from limetheory.networks.state_dicts import state_dict_of


def test_a_tensor_larger_than_its_file_is_refused(tmp_path):
    path = tmp_path / "repeated.pth"
    torch.save({"weight": torch.zeros(1).expand(10**9, 64)}, path)
    with pytest.raises(ValueError, match=r"no larger than its file, got 'weight' of shape \(1000000000, 64\)"):
        state_dict_of(path)


def test_a_packed_archive_is_refused(tmp_path):
    plain, packed = tmp_path / "plain.pth", tmp_path / "packed.pth"
    torch.save({"weight": torch.zeros(1 << 20)}, plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            target.writestr(part.filename, source.read(part))
    assert state_dict_of(plain)["weight"].shape == (1 << 20,)
    with pytest.raises(ValueError, match=r"weights must hold plain tensors only, got 'packed\.pth'"):
        state_dict_of(packed)
