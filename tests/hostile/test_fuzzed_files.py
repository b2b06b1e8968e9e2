"""Files that are damaged at random are taken or refused in one line, whatever reads them.

LIMETHEORY_FUZZ_SECONDS says how long each reader is tried with ever new damage; without it one round is made.
"""

import itertools
import os
import time
import warnings

import pytest
from hostile_readers import refusal, whole_files
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

SECONDS = float(os.environ.get("LIMETHEORY_FUZZ_SECONDS", "0"))
ROUND = 20
PIECES = [
    b"", b"\0", b"\xff" * 8, b"[" * 3000, b"1" * 5000, b"-1", b"1e999", b"NaN", b"null", b"{}", b"\x7f\xff\xff\xff",
    b"\x1b[31m\n", b"\xe2\x80\xae", b"../", b"'descr': '|O'", b"(999999999, 999999999)", b"PK\x03\x04", b"IDAT",
]  # fmt: skip
places = st.floats(0, 1)
edits = st.lists(st.tuples(places, st.integers(0, 12), st.one_of(st.sampled_from(PIECES), st.binary(max_size=6))))


def damaged(content, changes):
    """The content with some bytes at some places replaced by others."""
    for place, length, piece in changes[:6]:
        start = int(place * len(content))
        content = content[:start] + piece + content[start + length :]
    return content


@pytest.mark.parametrize("name", sorted(whole_files()))
def test_a_damaged_file_is_taken_or_refused_in_one_line(name, tmp_path):
    ending, whole, reader = whole_files()[name]
    path, refused = tmp_path / f"file{ending}", []
    path.write_bytes(whole)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd but readable files
        assert name == "answer" or refusal(reader, path) is None

        def one(changes):
            path.write_bytes(damaged(whole, changes))
            words = refusal(reader, path)
            if words is not None:
                refused.append(words)
                assert "\n" not in words.strip() and len(words) < 2000, words

        end = time.monotonic() + SECONDS
        for number in itertools.count():
            of_round = settings(max_examples=ROUND, database=None, derandomize=False, deadline=None)
            seed(number)(of_round(given(edits)(one)))()
            if time.monotonic() >= end:
                break
    assert refused  # the damage was real


@pytest.mark.slow
def test_the_damage_finds_a_reader_that_lets_another_error_out(tmp_path):
    """The mutant: a reader that trusts its file."""
    path = tmp_path / "file"
    quiet = settings(max_examples=ROUND, database=None, suppress_health_check=list(HealthCheck))

    @quiet
    @given(edits)
    def one(changes):
        path.write_bytes(damaged(b"\x05abcde", changes))
        content = path.read_bytes()
        refusal(lambda file: content[1 + content[0] - 1], path)

    with pytest.raises(IndexError):
        one()
