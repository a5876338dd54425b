"""Run work in processes that can be killed: a file that takes too long or too much memory costs itself, never the batch."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.connection import Connection, wait
from typing import Any, ClassVar, Generic, TypeVar

from ingest.model import IngestError

TRIES = 3  # to start a process
Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: seconds of time, bytes of memory for the process that reads it; and what that process may take to start."""

    seconds: float = 20.0
    memory: int = 3 << 30
    start: float = 300.0  # seconds until a process must be ready for its first file


@dataclass(frozen=True, slots=True)
class Killed(Generic[Job]):
    """A job that was ended: its process took too long (too_slow) or died (crashed, also for want of memory)."""

    job: Job
    reason: str


@dataclass(frozen=True, slots=True)
class NotStarted:
    """Why a process could not begin to work."""

    reason: str


READY = "ready"


def begin() -> None:
    """Start, without waiting for it, the process from which the workers are forked: it loads what every document needs."""
    if not _can_fork():
        return
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "ingest.landing.preload"])
    forkserver.ensure_running()


def keep_workers(most: int = 2) -> None:
    """From here on so many processes that have begun to read stay for the next files, for who reads again and again."""
    _Kept.most = most
    for worker in _Kept.put(_Kept.purpose, _Kept.take(_Kept.purpose)):
        worker.end()


def has_memory_limits() -> bool:
    """Whether this system can bound the memory of a process; where it cannot, a file is bounded in time alone."""
    return find_spec("resource") is not None


def _context() -> multiprocessing.context.ForkServerContext | multiprocessing.context.SpawnContext:
    """How a worker begins."""
    return multiprocessing.get_context("forkserver") if _can_fork() else multiprocessing.get_context("spawn")


def _can_fork() -> bool:
    """Whether processes can be forked from one that has everything loaded; else each loads it for itself."""
    return "forkserver" in multiprocessing.get_all_start_methods()


class _Worker:
    """A process that works; one that never began to answer failed to start, whatever job it was given."""

    def __init__(self, setup: Callable[..., Any], arguments: tuple[Any, ...], limits: Limits) -> None:
        context = _context()
        ours, theirs = context.Pipe()
        self.connection: Connection = ours
        # [index of the job at hand, time it was begun]: all that is known of a process that answers no more.
        self.beat = context.RawArray("d", 2)
        self.process = context.Process(target=_serve, args=(theirs, self.beat, setup, arguments, limits.memory), daemon=True)
        self.process.start()
        theirs.close()
        self.jobs: list[Any] = []
        self.is_ready = False
        self.is_kept = False  # it has waited for work, and may have died meanwhile
        self.given = 0
        self.began = time.monotonic()

    def give(self, jobs: list[Any]) -> None:
        self.jobs = jobs
        self.given += len(jobs)
        self.beat[0], self.beat[1] = 0.0, 0.0
        with contextlib.suppress(OSError):  # a process that has died is noticed where its answer is awaited
            self.connection.send(jobs)

    def exit_code(self) -> int | None:
        self.process.join(timeout=5)
        return self.process.exitcode

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


class _Kept:
    """The processes that stay between two lists of files, and for what they were begun."""

    most = 0
    longest = 2000  # files after which a process is replaced, whatever it may hold of them
    purpose: tuple[Any, ...] = ()
    workers: ClassVar[list[_Worker]] = []

    @classmethod
    def take(cls, purpose: tuple[Any, ...]) -> list[_Worker]:
        """Those that were begun for the same purpose; the others are ended."""
        kept, cls.workers = cls.workers, []
        fitting = [w for w in kept if cls.purpose == purpose and w.process.is_alive()]
        for worker in kept:
            if worker not in fitting:
                worker.end()
            worker.is_kept = True
        return fitting

    @classmethod
    def put(cls, purpose: tuple[Any, ...], workers: list[_Worker]) -> list[_Worker]:
        """Keep some of the processes that are idle; those that do not stay."""
        if workers:
            cls.purpose = purpose
        fresh = [worker for worker in workers if worker.given < cls.longest]
        stay = fresh[: cls.most - len(cls.workers)]
        cls.workers += stay
        return [worker for worker in workers if worker not in stay]


def _serve(connection: Connection, beat: Any, setup: Callable[..., Any], arguments: tuple[Any, ...], memory: int) -> None:
    """In the worker: answer each list of jobs with what `work` makes of it, until the pipe closes."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    try:
        work = setup(*arguments)
    except BaseException as error:
        with contextlib.suppress(OSError):
            connection.send(NotStarted(f"{type(error).__name__}: {error}"[:300]))
        return
    connection.send(READY)
    gc.freeze()  # what the setup made stays; the few cycles that reading makes are collected seldom
    gc.set_threshold(100_000, 20, 20)

    def begin(index: int) -> None:
        beat[0], beat[1] = float(index), time.monotonic()

    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            connection.send(work(connection.recv(), begin))


def run_limited(
    setup: Callable[..., Callable[[list[Job], Callable[[int], None]], Result]],
    arguments: tuple[Any, ...],
    chunks: list[list[Job]],
    workers: int,
    limits: Limits,
    keeps: bool = False,
) -> Generator[Result | Killed[Job], None, None]:
    """Do the chunks of jobs in worker processes; yields one result a chunk, and Killed for each job that had to be ended.

    `setup(*arguments)` runs once in each process and returns `work(jobs, begin)`, which calls begin(index) before each job. When a
    job is ended, the others of its chunk are done again without it. A process that cannot start is tried TRIES times; then this
    ends with an IngestError that says why, since it would be the same for every job. With `keeps` the processes stay for the next list,
    where they are to be kept at all (`keep_workers`).
    """
    begin()
    waiting = [c for c in chunks if c]
    purpose = setup, arguments, limits
    idle = _Kept.take(purpose) if keeps else []
    busy: list[_Worker] = []
    failures = 0
    try:
        while waiting or busy:
            while waiting and len(busy) < workers:
                worker = idle.pop() if idle else _start(setup, arguments, limits)
                worker.give(waiting.pop(0))
                busy.append(worker)
            wait([w.connection for w in busy], timeout=0.2)
            for worker in list(busy):
                answer, reason = _answer(worker, limits)
                if answer is None and not reason:
                    continue
                busy.remove(worker)
                if answer is None and (worker.is_kept or not worker.is_ready):  # no file is to blame
                    failures += not worker.is_kept
                    worker.end()
                    if failures >= TRIES:
                        raise IngestError("worker_not_started", "", reason)
                    waiting.insert(0, worker.jobs)
                    continue
                failures, worker.is_kept = 0, False
                if answer is not None:
                    idle.append(worker)
                    yield answer[0]
                    continue
                index = int(worker.beat[0])
                worker.end()
                yield Killed(worker.jobs[index], reason)
                waiting.append([job for k, job in enumerate(worker.jobs) if k != index])
                waiting = [c for c in waiting if c]
    finally:
        for worker in (*busy, *_Kept.put(purpose, idle if keeps else []), *([] if keeps else idle)):
            worker.end()


def _start(setup: Callable[..., Any], arguments: tuple[Any, ...], limits: Limits) -> _Worker:
    """A new process; where the system refuses one, it is asked again a little later."""
    for attempt in range(1, TRIES + 1):
        try:
            return _Worker(setup, arguments, limits)
        except (OSError, EOFError) as error:
            if attempt == TRIES:
                raise IngestError("worker_not_started", "", str(error) or type(error).__name__) from error
            time.sleep(0.2 * attempt)
    raise AssertionError


def _answer(worker: _Worker, limits: Limits) -> tuple[tuple[Any] | None, str]:
    """The result of a worker, or the reason why there will be none; neither while it is still at work (or starts)."""
    try:
        while worker.connection.poll():
            answer = worker.connection.recv()
            if isinstance(answer, NotStarted):
                return None, answer.reason
            if worker.is_ready:
                return (answer,), ""
            worker.is_ready = True
    except (EOFError, ConnectionError, OSError):
        return None, "crashed" if worker.is_ready else f"exit code {worker.exit_code()}"
    if not worker.is_ready:
        return None, f"no answer after {limits.start:.0f} s" if time.monotonic() - worker.began > limits.start else ""
    began = worker.beat[1]
    return None, "too_slow" if began and time.monotonic() - began > limits.seconds else ""
