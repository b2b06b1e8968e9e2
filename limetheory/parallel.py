"""Jobs run in this process, in several, or on a Dask cluster, each on one thread and one at a time in a process."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")

_ONE_AT_A_TIME = Lock()
_PATIENCE = 10  # seconds that a scheduler has to answer; a convention


def each(
    function: Callable[[Job], Outcome],
    jobs: Sequence[Job],
    workers: int,
    cluster: str | None,
    resource: str | None = None,
) -> Generator[Outcome, None, None]:
    """The results of the jobs as they finish, from processes on this machine or from the workers of a cluster.

    Args:
        function: a function of a module, which can be sent to a process.
        jobs: its arguments, one for each call.
        workers: the number of processes; with 1 the jobs run in this process and in their order.
        cluster: the address of a Dask scheduler that is used instead of processes.
        resource: what a worker of the cluster must have to get a job, such as "GPU", and of which a job takes one.
    """
    if workers == 1 and cluster is None:
        yield from (single_threaded(function, job) for job in jobs)
        return
    from joblib import Parallel, delayed

    with _backend(cluster, resource):
        # one job in each batch, so that every row arrives as soon as it is measured
        parallel = Parallel(-1 if cluster else workers, batch_size=1, return_as="generator_unordered")
        outcomes = parallel(delayed(single_threaded)(function, job) for job in jobs)
        try:
            for outcome in outcomes:  # noqa: UP028 — `yield from` would close them before the warning is ignored
                yield outcome
        finally:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", ".*tasks which were still being processed", UserWarning)
                outcomes.close()


def single_threaded(function: Callable[[Job], Outcome], job: Job) -> Outcome:
    """The result of one job computed with one thread, so that it does not depend on the process that runs it.

    A worker of a cluster may have several threads, whereas warnings and thread limits belong to the whole process.
    """
    with _ONE_AT_A_TIME, threadpool_limits(1):
        return function(job)


@contextmanager
def _backend(cluster: str | None, resource: str | None) -> Iterator[None]:
    """The backend of joblib: processes on this machine, or a cluster."""
    from joblib import parallel_config

    if cluster is None:
        # loky replaces a worker whose memory grew and warns of it in a thread; an error there would leave jobs waiting
        warnings.filterwarnings("ignore", "A worker stopped while some jobs were given", UserWarning)
        with parallel_config("loky", inner_max_num_threads=1):
            yield
        return
    from distributed import Client

    try:
        _require_answer(cluster)  # a client that could not connect takes long to close, and prints a traceback then
        client = Client(cluster, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _no_scheduler(cluster, error) from None
    with client:
        if resource is not None:
            _refuse_resource(client, resource)
        needed = {} if resource is None else {"resources": {resource: 1}}
        with parallel_config("dask", client=client, **needed):
            yield


def require_cluster(address: str) -> None:
    """Refuse an address at which no Dask scheduler answers, before anything is begun for it.

    Raises:
        ValueError: nothing answers there.
    """
    try:
        _require_answer(address)
    except (OSError, ValueError) as error:
        raise _no_scheduler(address, error) from None


def _no_scheduler(address: str, error: Exception) -> ValueError:
    return ValueError(
        f"cluster must be the address of a Dask scheduler, got {address!r} ({error}); dask scheduler prints one"
    )


def _require_answer(address: str) -> None:
    """Raise `OSError` or `ValueError` unless something that speaks Dask's protocol answers in time.

    In a thread of its own, since the caller's may run an event loop, as in a notebook.
    """
    from distributed.comm.addressing import parse_address, parse_host_port
    from distributed.comm.core import connect
    from distributed.security import Security

    parse_host_port(parse_address(address)[1])

    async def ask() -> None:
        arguments = Security().get_connection_args("client")
        (await asyncio.wait_for(connect(address, timeout=_PATIENCE, **arguments), _PATIENCE)).abort()

    with ThreadPoolExecutor(1) as thread:
        error = thread.submit(asyncio.run, ask()).exception()
    if isinstance(error, (OSError, asyncio.TimeoutError)):
        raise OSError(f"nothing answers within {_PATIENCE} s")
    if isinstance(error, (TypeError, ValueError)):
        raise ValueError(str(error))
    if error is not None:  # the answer of a web server is read as the length of a message, for which there is no memory
        raise ValueError("what answers there is none")


def _refuse_resource(client: Any, resource: str) -> None:
    """Refuse what no worker has, since its jobs would wait for ever."""
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    if not any(worker["resources"].get(resource) for worker in workers):
        raise ValueError(
            f"resource must be one that a worker of the cluster has, got {resource!r}, which none has; start one with "
            f"dask worker ADDRESS --resources {resource}=1"
        )
