"""One at a time: another thread waits for the lock, and who holds it already does not wait for himself."""

from __future__ import annotations

import threading
from pathlib import Path

from ingest.home.alone import alone


def test_who_holds_the_lock_goes_on_and_another_thread_waits(tmp_path: Path):
    done: list[str] = []

    def other() -> None:
        with alone(tmp_path / ".load.lock"):
            done.append("other")

    thread = threading.Thread(target=other)
    with alone(tmp_path / ".load.lock"):
        with alone(tmp_path / ".load.lock"):
            thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        done.append("first")
    thread.join(30)
    assert done == ["first", "other"]
