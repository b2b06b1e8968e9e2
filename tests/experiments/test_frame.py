"""The frame of the experiments: jobs, resuming, processes, a cluster that loses a worker, and the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from threading import Thread

import pytest

from experiments import _frame
from experiments._frame import Batch, Experiment, Job, Lines, main, registry
from experiments._frame.saved_rows import load
from tests.experiments.squares import square, squares


def experiment(jobs, **others):
    return Experiment("experiments.coverage", lambda options: [Batch(jobs, Lines(options.out), **others)])


def run(jobs, out, *arguments, **others):
    return main(experiment(jobs, **others), ["run", "--out", str(out), *arguments])


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    out = tmp_path_factory.mktemp("serial") / "rows.jsonl"
    assert run(squares(24), out) == 0
    return load(out)


def by_number(rows):
    return sorted(rows, key=lambda row: row["number"])


@pytest.mark.slow
def test_one_process_keeps_the_order_of_the_jobs_and_each_row_says_where_it_is_from(serial):
    assert [row["square"] for row in serial] == [number**2 for number in range(24)]
    for row in serial:
        assert (row["device"], row["seed"]) == ("cpu", 0) and {"python", "numpy", "limetheory"} <= set(row["versions"])


@pytest.mark.slow
def test_several_processes_measure_the_same_rows(serial, tmp_path):
    assert run(squares(24, tmp_path, 0.02), tmp_path / "rows.jsonl", "--workers", "2") == 0
    assert by_number(load(tmp_path / "rows.jsonl")) == serial
    assert len({file.name.split()[1] for file in tmp_path.glob("* * *")}) == 2


@pytest.fixture
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(2, processes=True, threads_per_worker=2, dashboard_address=None) as cluster:
        yield cluster


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_cluster_that_loses_a_worker_measures_every_row_once(serial, tmp_path, cluster):
    out, killed = tmp_path / "rows.jsonl", []

    def kill():
        """One of the two workers, when it has begun a job and a quarter of the rows is there."""
        while len(load(out)) < 6:
            time.sleep(0.01)
        before = {*tmp_path.glob("* * *")}
        while not (begun := {*tmp_path.glob("* * *")} - before):
            time.sleep(0.01)
        killed.append(begun.pop().name.split()[:2])
        os.kill(int(killed[0][1]), signal.SIGKILL)

    killer = Thread(target=kill, daemon=True)
    killer.start()
    assert run(squares(24, tmp_path, 0.2), out, "--cluster", cluster.scheduler_address) == 0
    killer.join(10)
    assert by_number(load(out)) == serial
    number, pid = killed[0]
    measured_by = [file.name.split()[1] for file in tmp_path.glob(f"{number} * *")]
    assert pid in measured_by and len(measured_by) > 1  # what was lost was measured again


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_jobs_that_need_a_resource_wait_for_no_worker_without_it(serial, tmp_path, cluster):
    out, distributed = tmp_path / "rows.jsonl", pytest.importorskip("distributed")
    with pytest.raises(
        ValueError, match="resource must be one that a worker of the cluster has, got 'GPU', which none"
    ):
        run(squares(2), out, "--cluster", cluster.scheduler_address, "--resource", "GPU")
    with distributed.LocalCluster(1, processes=True, dashboard_address=":0", resources={"GPU": 1}) as other:
        assert run(squares(24), out, "--cluster", other.scheduler_address, "--resource", "GPU") == 0
    assert by_number(load(out)) == serial


@pytest.mark.slow
def test_a_run_ended_by_force_goes_on_after_a_row_that_was_cut_off(serial, tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.experiments.test_frame import run\n"
        "from tests.experiments.squares import squares\nrun(squares(24, None, 0.2), Path(sys.argv[1]))\n"
    )
    out = tmp_path / "rows.jsonl"
    process = subprocess.Popen([sys.executable, "-c", code, str(out)])
    while len(load(out)) < 3:
        time.sleep(0.01)
    process.kill()
    process.wait()
    with out.open("a") as file:
        file.write('{"number": 23, "squ')
    count = len(load(out))
    assert count < 24 and run(squares(24), out) == 0 and load(out) == serial
    assert run([Job({"number": number}, never) for number in range(24)], out) == 0 and load(out) == serial


def never():
    raise AssertionError("measured again")


@pytest.mark.slow
def test_a_budget_ends_a_run_also_of_several_processes(tmp_path):
    for arguments in ([], ["--workers", "2"]):
        out = tmp_path / f"{len(arguments)}.jsonl"
        assert run(squares(24, None, 0.05), out, "--budget", "1e-9", *arguments) == 0 and len(load(out)) == 1


def bad(number):
    if number == 1:
        raise OSError("no photograph")
    return square(number)


def test_what_cannot_be_measured_is_named_and_the_others_are_measured(tmp_path, capsys):
    jobs = [Job({"number": number}, lambda number=number: bad(number)) for number in range(3)]
    assert run(jobs, tmp_path / "rows.jsonl") == 1
    assert capsys.readouterr().out == "not measured: 1: no photograph\n"
    assert [row["number"] for row in load(tmp_path / "rows.jsonl")] == [0, 2]


def test_a_row_without_its_key_or_seed_would_be_measured_for_ever_and_is_refused(tmp_path):
    for row in ({"number": 2, "seed": 0}, {"number": 1}):
        with pytest.raises(ValueError, match="a row must have its seed and its job's key, got none or another "):
            run([Job({"number": 1}, lambda row=row: row)], tmp_path / "rows.jsonl")


def test_a_job_without_a_key_is_never_done(tmp_path):
    for count in (1, 2):
        run([Job(None, lambda: square(3))], tmp_path / "rows.jsonl")
        assert len(load(tmp_path / "rows.jsonl")) == count


def test_a_smoke_run_is_printed_and_saved_only_where_it_is_told(tmp_path, capsys):
    some = experiment(squares(2))
    before = some.saved.stat().st_size
    assert main(some, ["run", "--smoke"]) == 0 and some.saved.stat().st_size == before
    assert [json.loads(line)["square"] for line in capsys.readouterr().out.splitlines()] == [0, 1]
    assert main(some, ["run", "--smoke", "--out", str(tmp_path / "rows.jsonl")]) == 0
    assert len(load(tmp_path / "rows.jsonl")) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--workers", "0"], "workers must be at least 1, got 0"),
        (["--budget", "-1"], r"budget must be above 0, got -1\.0"),
        (["--workers", "2", "--cluster", "here:1"], "not allowed with argument --workers"),
        (["--resource", "GPU"], "a resource is for workers of a cluster, got 'GPU' without one; give --cluster"),
        (["--cluster", "nowhere"], "cluster must be the address of a Dask scheduler, got 'nowhere' .*prints one"),
    ],
)
def test_bad_arguments_are_refused(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        run(squares(2), tmp_path / "rows.jsonl", *arguments)


@pytest.mark.parametrize("arguments", [["--workers", "2"], ["--cluster", "here:1"]])
def test_rows_of_times_are_measured_one_after_the_other(tmp_path, arguments):
    with pytest.raises(ValueError, match=f"one after the other, for time counts, got {arguments[0]}"):
        run(squares(2), tmp_path / "rows.jsonl", *arguments, alone=True)


def test_a_missing_package_is_named_with_what_installs_it(tmp_path, monkeypatch):
    for name, arguments, extra in (("distributed", ["--cluster", "here:1"], "cluster"), ("joblib", [], "dev")):
        with monkeypatch.context() as patched:
            patched.setitem(sys.modules, name, None)
            with pytest.raises(ValueError, match=rf"needs the package {name}, .* install --editable '.\[{extra}\]'"):
                run(squares(2), tmp_path / "rows.jsonl", *(arguments or ["--workers", "2"]))


def test_experiments_are_the_folders_with_an_object_and_say_what_they_are_about():
    found = registry.names()
    assert len(found) > 10
    for name in found:
        one = registry.find(name)
        assert (one.name, one.saved.parent.name) == (name, name) and one.about


@pytest.mark.parametrize("word", ["plot", "report"])
def test_every_experiment_refuses_to_show_rows_that_are_not_there(word, tmp_path):
    for name in registry.names():
        with pytest.raises(ValueError, match=f"{word} needs saved rows, got none at .*experiment run {name} first"):
            main(registry.find(name), [word, "--out", str(tmp_path / "none")])


def test_the_options_of_every_experiment_have_workers_cluster_and_budget():
    for name in registry.names():
        options = _frame.command.parsed(registry.find(name), ["run", "--cluster", "here:1", *needed(name)])
        assert options.cluster == "here:1" and options.workers is None and options.budget is None


def needed(name):
    return ["--images", "."] if name in ("dseg", "limecraft", "perturbation_grid", "segments", "tables") else []
