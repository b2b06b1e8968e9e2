"""Two runs at a time into one file: the second is refused in one line, and what a killed one leaves is taken over."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import filelock
import pyarrow.parquet as parquet
import pytest
from length_texts import explained

from limetheory.many import explain_many

HERE = Path(__file__).parent
TEXTS = {f"text {i}": f"a b e{i}" for i in range(3)}
WAITING = f"""
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background of a shell ignores it
sys.path.insert(0, {str(HERE)!r})
from length_texts import explained
from limetheory.many import explain_many
def waiting(text, seed):
    print("at work", flush=True)
    time.sleep(120 if seed == 1 else 0)
    return explained(text, seed)
explain_many(waiting, {TEXTS!r}, sys.argv[1])
"""


@pytest.fixture
def other(tmp_path):
    """Another process, that explains the second text for two minutes."""
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, str(tmp_path / "all.parquet")], stdout=subprocess.PIPE, text=True
    ) as process:
        for _ in range(2):
            assert process.stdout.readline() == "at work\n"
        yield process
        process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_second_run_is_refused_until_the_first_has_ended(tmp_path, other, kind):
    out, lock = tmp_path / "all.parquet", tmp_path / "all.parquet.lock"
    assert lock.read_text() == f"{other.pid}\n"
    before = (tmp_path / "all.parquet.rows").read_bytes()
    for retry in (False, True):
        with pytest.raises(ValueError) as caught:
            explain_many(explained, TEXTS, out, retry_failed=retry)
        message = str(caught.value)
        assert f"got another at work on '{out}', process {other.pid}; wait until it has ended" in message
        assert "\n" not in message and (tmp_path / "all.parquet.rows").read_bytes() == before
    assert other.poll() is None and lock.read_text() == f"{other.pid}\n"
    os.kill(other.pid, kind)
    other.wait(30)
    assert lock.exists() == (kind != signal.SIGINT)
    asked = []
    assert explain_many(lambda text, seed: asked.append(seed) or explained(text, seed), TEXTS, out) == 0
    assert asked == [1, 2] and len(parquet.read_table(out)) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["all.parquet"]


def test_a_run_inside_a_run_is_refused(tmp_path):
    out, said = tmp_path / "all.parquet", []

    def nested(text, seed):
        with pytest.raises(ValueError, match=f"another at work on .*, process {os.getpid()};") as caught:
            explain_many(explained, TEXTS, out)
        said.append(caught.value)
        return explained(text, seed)

    assert explain_many(nested, TEXTS, out) == 0 and len(said) == 3
    assert explain_many(explained, TEXTS, tmp_path / "other.parquet") == 0


def test_an_old_lock_file_without_a_process_stops_nobody(tmp_path):
    for content in ("", "999999999\n", f"{os.getpid()}\n", "no number"):
        (tmp_path / "all.parquet.lock").write_text(content)
        assert explain_many(explained, TEXTS, tmp_path / "all.parquet", retry_failed=True) == 0
        assert not (tmp_path / "all.parquet.lock").exists()


def test_errors_let_go_of_the_lock(tmp_path):
    def broken(text, seed):
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            explain_many(broken, TEXTS, tmp_path / "all.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.parquet.rows"]


def test_a_file_system_without_locks_is_a_warning(tmp_path, monkeypatch):
    def unsupported(*_, **__):
        raise NotImplementedError

    monkeypatch.setattr(filelock.FileLock, "acquire", unsupported)
    with pytest.warns(UserWarning, match="should have locks, got none, so that a second run"):
        assert explain_many(explained, TEXTS, tmp_path / "all.parquet") == 0
    assert (tmp_path / "all.parquet").exists()


@pytest.mark.slow
def test_runs_that_start_together_do_the_work_once(tmp_path):
    calls, out = tmp_path / "calls", tmp_path / "all.parquet"
    run = (
        f"import sys; sys.path.insert(0, {str(HERE)!r})\n"
        "from length_texts import explained_slowly\nfrom limetheory.many import explain_many\n"
        f"explain_many(explained_slowly, {TEXTS!r}, sys.argv[1])\n"
    )
    environment = {**os.environ, "CALLS": str(calls)}
    processes = [
        subprocess.Popen([sys.executable, "-c", run, str(out)], env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    ends = [(one.communicate(timeout=120)[1], one.returncode) for one in processes]
    assert sorted(code for _, code in ends) == [0, 1, 1]
    for said, code in ends:
        refused = "one run at a time must write a file" in said or "which exists; choose another name" in said
        assert refused == (code == 1), said
    assert sorted(calls.read_text().split()) == ["0", "1", "2"] and len(parquet.read_table(out)) == 3
