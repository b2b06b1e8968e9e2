"""A process that starts a run again and again and kills it, for the tests of what survives."""

import os
import random
import signal
import sys
import time
from pathlib import Path

from experiments._frame import Batch, Experiment, Lines, main
from experiments._frame.groups import Groups
from experiments._frame.saved_rows import load
from tests.experiments.squares import groups, squares

STORES = {"lines": (lambda out: Lines(out), squares), "groups": (lambda out: Groups(out, "digest"), groups)}


def run(kind: str, out: Path, count: int, seconds: float) -> int:
    """Measure what is missing of a store of some kind."""
    store, jobs = STORES[kind]
    found = Experiment("experiments.coverage", lambda options: [Batch(jobs(count, None, seconds), store(options.out))])
    return main(found, ["run", "--out", str(out)])


def saved(kind: str, out: Path) -> int:
    """How many rows, or files of rows, there are."""
    return len(load(out)) if kind == "lines" else len(list(out.glob("*/*.parquet")))


def kill_often(kind: str, out: Path, times: int, count: int) -> int:
    """Start the run and kill it some rows later, so many times; how often it was alive when it was killed."""
    alive, random_ = 0, random.Random(0)
    run(kind, out.with_name("before"), 1, 0)  # every process that is forked has what is imported here
    for _ in range(times):
        wanted = saved(kind, out) + random_.randint(0, 4)
        pid = os.fork()
        if not pid:
            os._exit(run(kind, out, count, 0.01))
        while saved(kind, out) < wanted:
            time.sleep(0.001)
        time.sleep(random_.uniform(0, 0.02))
        os.kill(pid, signal.SIGKILL)
        alive += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    return alive


if __name__ == "__main__":
    print(kill_often(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
