"""Work that takes too long or dies costs itself, never the others."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.landing.preload import make_ready
from ingest.landing.workers import Killed, Limits, keep_workers, run_limited
from ingest.model import IngestError


def _setup(factor: int) -> Callable[[list[str], Callable[[int], None]], list[int]]:
    def work(jobs: list[str], begin: Callable[[int], None]) -> list[int]:
        done = []
        for index, job in enumerate(jobs):
            begin(index)
            if job == "hang":
                time.sleep(60)
            if job == "die":
                os.abort()
            if job == "swallow":
                try:
                    bytearray(4 << 30)
                except MemoryError:
                    done.append(-1)
                    continue
            done.append(int(job) * factor if job.isdigit() else 0)
        return done

    return work


def _run(chunks: list[list[str]], limits: Limits) -> tuple[list[int], list[Killed[str]]]:
    done, killed = [], []
    for result in run_limited(_setup, (10,), chunks, 2, limits):
        if isinstance(result, Killed):
            killed.append(result)
        else:
            done += result
    return sorted(done), killed


def test_what_every_document_needs_can_be_made_ready():
    make_ready()  # where a worker is forked it is passed over if it fails, and every worker makes it for itself


def test_every_job_is_done_once():
    assert _run([["1", "2"], ["3"], [], ["4", "5", "6"]], Limits()) == ([10, 20, 30, 40, 50, 60], [])


def test_a_job_that_hangs_is_ended_and_the_others_of_its_chunk_are_done():
    done, killed = _run([["1", "hang", "2"], ["3"]], Limits(seconds=1.0))
    assert done == [10, 20, 30] and killed == [Killed("hang", "too_slow")]


def test_a_job_that_kills_its_process_is_named_and_the_others_are_done():
    done, killed = _run([["die", "1"], ["2", "die"]], Limits())
    assert done == [10, 20] and killed == [Killed("die", "crashed")] * 2


def test_a_job_that_wants_too_much_memory_is_refused_it():
    assert _run([["1", "swallow"]], Limits(memory=1 << 30)) == ([-1, 10], [])


def _never(starts: str) -> Callable[[list[str], Callable[[int], None]], list[int]]:
    with open(starts, "a", encoding="utf-8") as log:
        log.write("x")
    raise ImportError("a package is missing")


def _dies(starts: str) -> Callable[[list[str], Callable[[int], None]], list[int]]:
    with open(starts, "a", encoding="utf-8") as log:
        log.write("x")
    os._exit(7)


def _at_the_third(starts: str) -> Callable[[list[str], Callable[[int], None]], list[int]]:
    with open(starts, "a+", encoding="utf-8") as log:
        log.write("x")
        log.seek(0)
        if len(log.read()) < 3:
            os._exit(7)
    return _setup(10)


def _sleeps(starts: str) -> Callable[[list[str], Callable[[int], None]], list[int]]:
    time.sleep(60)
    return _setup(10)


@pytest.mark.parametrize(
    ("setup", "reason"), [(_never, "a package is missing"), (_dies, "exit code 7"), (_sleeps, "no answer after 1 s")]
)
def test_a_process_that_cannot_start_is_tried_three_times_and_blames_no_file(
    setup: Callable[..., object], reason: str, tmp_path: Path
):
    starts = tmp_path / "starts"
    starts.touch()
    with pytest.raises(IngestError) as refused:
        list(run_limited(setup, (str(starts),), [["1"], ["2"], ["3"]] * 40, 2, Limits(start=1.0 if setup is _sleeps else 60.0)))
    assert refused.value.issue.code == "worker_not_started" and reason in refused.value.issue.found
    assert len(starts.read_text()) <= 4  # two at a time


def test_a_process_that_starts_in_the_end_does_every_job(tmp_path: Path):
    assert list(run_limited(_at_the_third, (str(tmp_path / "starts"),), [["1", "2"], ["3"]], 1, Limits())) == [[10, 20], [30]]


def _setup_numbers(factor: int) -> Callable[[list[str], Callable[[int], None]], list[int]]:
    """Each list of jobs is answered with the number of the process that did it."""

    def work(jobs: list[str], begin: Callable[[int], None]) -> list[int]:
        begin(0)
        return [os.getpid()]

    return work


def _who(factor: int = 1) -> int:
    (found,) = run_limited(_setup_numbers, (factor,), [["a"]], 1, Limits(), keeps=True)
    assert not isinstance(found, Killed)
    return found[0]


def _is_gone(process: int) -> bool:
    with suppress(ProcessLookupError):
        for _ in range(100):
            os.kill(process, 0)
            time.sleep(0.1)
        return False
    return True


@pytest.fixture
def kept() -> Iterator[None]:
    keep_workers()
    yield
    keep_workers(0)


def test_no_process_stays_where_nobody_asked_for_it():
    assert _who() != _who()


def test_a_process_that_is_kept_does_the_next_files_of_the_same_purpose(kept: None):
    first = _who()
    assert _who() == first
    other = _who(2)
    assert other != first and _is_gone(first) and _who(2) == other


def test_a_process_that_dies_while_it_waits_costs_no_file(kept: None):
    first = _who()
    os.kill(first, signal.SIGKILL)
    assert _who() != first
