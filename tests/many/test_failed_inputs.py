"""Inputs that could not be explained are tried again when a stopped run continues, and on request when finished."""

import numpy as np
import pyarrow.parquet as parquet
import pytest
from length_texts import explained

from limetheory.many import explain_many

TEXTS = {f"text {i}": f"a b c {'d ' * (i % 3)}e{i}" for i in range(8)}


def rows(path):
    return parquet.read_table(path).to_pylist()


class Failing:
    """It explains texts but for those of some seeds, and stops at one."""

    def __init__(self, failing=(), stop=None):
        self.failing, self.stop, self.asked = failing, stop, []

    def __call__(self, text, seed):
        self.asked.append(seed)
        if seed == self.stop:
            raise KeyboardInterrupt
        if seed in self.failing:
            raise OSError(f"no {seed}")
        return explained(text, seed)


@pytest.fixture
def whole(tmp_path):
    explain_many(explained, TEXTS, tmp_path / "whole.parquet")
    return (tmp_path / "whole.parquet").read_bytes()


@pytest.mark.slow
def test_a_run_that_was_stopped_tries_failed_inputs_again(tmp_path, whole):
    out = tmp_path / "all.parquet"
    with pytest.raises(KeyboardInterrupt, match="after 6 of 8"):
        explain_many(Failing({1, 4}, stop=6), TEXTS, out)
    again = Failing({4})
    assert explain_many(again, TEXTS, out) == 1
    assert again.asked == [1, 4, 6, 7]
    assert [row["error"] for row in rows(out)] == [None] * 4 + ["no 4"] + [None] * 3
    last = Failing()
    assert explain_many(last, TEXTS, out, retry_failed=True) == 0
    assert last.asked == [4] and out.read_bytes() == whole


@pytest.mark.slow
def test_failed_inputs_of_a_finished_file_are_tried_again_on_request_only(tmp_path, whole):
    out = tmp_path / "all.parquet"
    assert explain_many(Failing({0, 3, 7}), TEXTS, out) == 3
    with pytest.raises(ValueError, match=r"which exists; choose another name, or add --retry-failed") as caught:
        explain_many(explained, TEXTS, out)
    assert "\n" not in str(caught.value)
    again = Failing({3})
    assert explain_many(again, TEXTS, out, retry_failed=True) == 1 and again.asked == [0, 3, 7]
    assert explain_many(explained, TEXTS, out, retry_failed=True) == 0
    assert out.read_bytes() == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.parquet", "whole.parquet"]


@pytest.mark.slow
def test_a_retry_that_is_stopped_keeps_the_file_and_continues(tmp_path, whole):
    out = tmp_path / "all.parquet"
    explain_many(Failing({0, 3, 7}), TEXTS, out)
    before = out.read_bytes()
    with pytest.raises(KeyboardInterrupt, match="after 6 of 8"):
        explain_many(Failing(stop=3), TEXTS, out, retry_failed=True)
    assert out.read_bytes() == before
    again = Failing()
    assert explain_many(again, TEXTS, out) == 0 and again.asked == [3, 7] and out.read_bytes() == whole


@pytest.mark.slow
def test_a_retry_of_what_is_explained_or_not_there_changes_nothing(tmp_path, whole):
    asked = Failing()
    assert explain_many(asked, TEXTS, tmp_path / "whole.parquet", retry_failed=True) == 0
    assert asked.asked == [] and (tmp_path / "whole.parquet").read_bytes() == whole
    assert explain_many(asked, TEXTS, tmp_path / "new.parquet", retry_failed=True) == 0
    assert (tmp_path / "new.parquet").read_bytes() == whole


def test_numbers_that_json_has_no_words_for_survive_a_retry(tmp_path):
    import limetheory as lt

    def undetermined(item, seed):
        if item is None:
            raise ValueError("none")
        return lt.Explanation(np.array([0.1 + 0.2]), 1 / 3, np.array([np.inf]), 1, names=["<é>"])

    explain_many(undetermined, {"one": 1, "none": None}, tmp_path / "all.parquet")
    before = rows(tmp_path / "all.parquet")
    assert explain_many(undetermined, {"one": 1, "none": None}, tmp_path / "all.parquet", retry_failed=True) == 1
    assert rows(tmp_path / "all.parquet") == before and before[0]["standard_errors"] == [np.inf]


def test_other_settings_or_files_are_refused_and_left_alone(tmp_path):
    out = tmp_path / "all.parquet"
    explain_many(Failing({1}), TEXTS, out, settings={"samples": 60})
    before = out.read_bytes()
    with pytest.raises(
        ValueError, match=r"failed inputs must be tried again with the settings of the file, got samples 70 after 60;"
    ):
        explain_many(explained, TEXTS, out, settings={"samples": 70}, retry_failed=True)
    table = parquet.read_table(out)
    parquet.write_table(table.replace_schema_metadata(None), tmp_path / "other.parquet")
    (tmp_path / "text.parquet").write_text("mine")
    for name in ("other", "text"):
        with pytest.raises(ValueError, match="must be one that explain-many wrote, got") as caught:
            explain_many(explained, TEXTS, tmp_path / f"{name}.parquet", retry_failed=True)
        assert "\n" not in str(caught.value)
    assert out.read_bytes() == before and (tmp_path / "text.parquet").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 3
    with pytest.raises(TypeError, match="retry_failed must be True or False, got 'no'"):
        explain_many(explained, TEXTS, out, retry_failed="no")
