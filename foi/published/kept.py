"""One connection kept open over the published file for a process that answers many questions: a cursor for each, opened anew when the file is replaced."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from foi.published.opening import Stamp, opened, stamp_of
from ingest.home import Home
from ingest.home.memory import engine_settings
from ingest.home.plain_path import plain_folder

SCHEMAS = ("marts", "core", "quality")
NAME = "published"  # what the file is attached as: its own name, so that no question can tell the difference
SEARCHED = ",".join(f"{NAME}.{schema}" for schema in SCHEMAS)
AT_ONCE = 3  # who asks side by side; more would wait for each other all the same, each with what he has read in memory
# What the engine of a process that stays may hold, where FOI_MEMORY says nothing else; what does not fit goes to the disk. To sort a table
# of two hundred columns (unit_year), or to look through a nation, takes more: who does so is by himself, with an engine that is closed
# afterwards, for one that stays keeps of the file whatever it may.
MEMORY, WIDE = "64MB", "112MB"
PATIENCE = 0.1  # seconds in which what is broken off ends
SECONDS = 10.0  # a question that takes longer is broken off


class Kept:
    """The published file of a home, open for as long as its process asks it."""

    def __init__(self, path: Path, seconds: float = SECONDS, ahead: Callable[[Any], None] | None = None) -> None:
        self.path, self.seconds, self.ahead = path, seconds, ahead
        self._lock = threading.Lock()
        self._open: _Opened | None = None
        self._watch = _Watch()
        self._turns = threading.Semaphore(AT_ONCE)
        self._behind: dict[threading.Thread, Any] = {}  # what works beside the questions, with its cursor
        self._ends: dict[str, Callable[[], None]] = {}

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """A cursor of its own for one question, when it is its turn; what takes longer than it may is interrupted."""
        with self._turn(), self._asking() as cursor:
            yield cursor

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until few enough are asking; whoever asks within a question has his turn already."""
        if (asked := _asked.get()) and asked[0] is self:
            yield
            return
        with self._turns:
            yield

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        opened = self._entered()
        try:
            with _engine_for(self.path, opened) as engine:
                cursor = engine.cursor()
                before = _asked.set((self, opened))
                try:
                    cursor.execute(f"set search_path = '{SEARCHED}'")
                    with self._watch.within(self.seconds, cursor.interrupt):
                        yield cursor
                finally:
                    _asked.reset(before)
                    cursor.close()
        finally:
            self._left(opened)

    def begin(self, work: Callable[[Any], None], opened: _Opened) -> threading.Thread:
        """Begin what takes its time, with a cursor; the file stays open for it, and it is broken off when the process lets the file go."""
        with self._lock:
            opened.users += 1
        thread = threading.Thread(target=self._carry_out, args=(work, opened), daemon=True)
        thread.start()
        return thread

    def _carry_out(self, work: Callable[[Any], None], opened: _Opened) -> None:
        import duckdb

        try:
            cursor = opened.connection.cursor()
            self._behind[threading.current_thread()] = cursor
            before = _asked.set((self, opened))
            try:
                cursor.execute(f"set search_path = '{SEARCHED}'")
                work(cursor)
            finally:
                _asked.reset(before)
                del self._behind[threading.current_thread()]
                cursor.close()
        except duckdb.Error:
            pass  # whoever asks the next version of the file begins anew
        finally:
            self._left(opened)

    def before_closing(self, name: str, end: Callable[[], None]) -> None:
        """Have something (the last of its name) ended before the file is closed.

        A thread that is in the middle of a question when the process ends brings it down.
        """
        self._ends[name] = end

    def close(self) -> None:
        """Close the file once nobody asks it any more."""
        for end in self._ends.values():
            end()
        for thread, cursor in list(self._behind.items()):
            _ended(thread, cursor)  # or it would be in the middle of it when the process ends
        with self._lock:
            self._retire()
        self._watch.close()

    def _entered(self) -> _Opened:
        with self._lock:
            stamp = stamp_of(self.path)
            if is_new := self._open is None or self._open.stamp != stamp:
                opened = _opened(self.path, stamp)
                self._retire()
                self._open = opened
            assert self._open is not None
            found = self._open
            found.users += 1
        if is_new and self.ahead:
            self.begin(self.ahead, found)
        return found

    def _left(self, opened: _Opened) -> None:
        with self._lock:
            opened.users -= 1
            if not opened.users and opened is not self._open:
                opened.connection.close()

    def _retire(self) -> None:
        """Let the file of before go: its last user closes it, for closing breaks off what is still asked."""
        if self._open and not self._open.users:
            self._open.connection.close()
        self._open = None


def _ended(thread: threading.Thread, cursor: Any) -> None:
    """Break off what a thread asks, whichever of its statements it is at, until it has ended."""
    import duckdb

    until = time.monotonic() + SECONDS
    while thread.is_alive() and time.monotonic() < until:
        with suppress(duckdb.Error):  # it may have let go of its cursor meanwhile
            cursor.interrupt()
        thread.join(PATIENCE)


class _Opened:
    """A connection over one version of the file, and how many ask it now."""

    def __init__(self, connection: Any, stamp: Stamp) -> None:
        self.connection, self.stamp, self.users = connection, stamp, 0
        self.made: dict[Any, Any] = {}
        self._making: dict[Any, threading.RLock] = {}

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """A value that is made by the first who wants it; whoever wants it meanwhile waits for him."""
        if key not in self.made:
            with self._making.setdefault(key, threading.RLock()):
                if key not in self.made:
                    self.made[key] = make()
        return self.made[key]


class _Watch:
    """Breaks off what takes too long: one thread for all questions, which sleeps while nobody asks."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[object, tuple[float, Callable[[], None]]] = {}  # the first asked ends first
        self._thread: threading.Thread | None = None
        self._is_closed = False

    @contextmanager
    def within(self, seconds: float, interrupt: Callable[[], None]) -> Iterator[None]:
        """Meanwhile, after so many seconds, interrupt."""
        key = object()
        with self._changed:
            self._waiting[key] = (time.monotonic() + seconds, interrupt)
            if self._thread is None:
                self._thread = threading.Thread(target=self._stay, daemon=True)
                self._thread.start()
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._waiting.pop(key, None)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def _stay(self) -> None:
        with self._changed:
            while not self._is_closed:
                if not self._waiting:
                    self._changed.wait()
                    continue
                key, (end, interrupt) = next(iter(self._waiting.items()))
                if (left := end - time.monotonic()) > 0:
                    self._changed.wait(left)
                else:
                    del self._waiting[key]
                    interrupt()


def _opened(path: Path, stamp: Stamp) -> _Opened:
    """The file attached to an engine of its own: what a process opens by its path it gets again as it was, also when it was replaced."""
    return _Opened(_attached(path, MEMORY), stamp)


def _attached(path: Path, memory: str) -> Any:
    """An engine with the file attached that holds so much, or what FOI_MEMORY says."""
    import duckdb

    place = plain_folder(path.parent) / path.name
    # Questions come side by side: one thread for each costs half of what two do, and nobody waits for a long one.
    config = {"threads": 1, **engine_settings(Home(place.parent))}
    if _is_bounded_here():
        config["memory_limit"] = memory
    connection = duckdb.connect(":memory:", config=config)
    try:
        attach = f"attach '{str(place).replace(chr(39), 2 * chr(39))}' as {NAME} (read_only)"
        opened(place, lambda: connection.execute(attach))
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    except duckdb.Error:
        connection.close()
        raise
    return connection


def _is_bounded_here() -> bool:
    """Whether nobody said by FOI_MEMORY what the engine may hold."""
    return not os.environ.get("FOI_MEMORY", "").strip()


@contextmanager
def _engine_for(path: Path, opened: _Opened) -> Iterator[Any]:
    """The engine that answers a question: the one that is kept, or for who asks by himself one of his own over the same version of the file."""
    if not (_is_wide.get() and _is_bounded_here()):
        yield opened.connection
        return
    wide = _attached(path, WIDE)
    before = _is_wide.set(False)  # what is asked within this question is small
    try:
        # Where it was replaced meanwhile, what is known of the version before is not mixed with the new one.
        yield wide if stamp_of(path) == opened.stamp else opened.connection
    finally:
        _is_wide.reset(before)
        wide.close()


_kept: dict[Path, Kept] = {}
_wide = threading.RLock()
_is_wide: ContextVar[bool] = ContextVar("is_wide", default=False)
_asked: ContextVar[tuple[Kept, _Opened] | None] = ContextVar(
    "asked", default=None
)  # the version of the file that a question is asked of


def kept_file(path: Path) -> Kept | None:
    """The connection that this process keeps over a published file, if it does."""
    return _kept.get(path)


def once(key: Any, make: Callable[[], Any]) -> Any:
    """What follows from the file that is being asked alone and is wanted for every page: while it is kept open it is made once.

    The key must say all that it depends on beside the file.
    """
    asked = _asked.get()
    if asked is None:
        return make()
    return asked[1].once(key, make)


def in_background(work: Callable[[Any], None]) -> threading.Thread | None:
    """Do something with a cursor beside the questions to the file that is asked now; None where it is opened for one question alone."""
    asked = _asked.get()
    if asked is None:
        return None
    kept, opened = asked
    return kept.begin(work, opened)


@contextmanager
def by_itself() -> Iterator[None]:
    """Around a question that looks through a whole nation: one after the other, for side by side they would not fit into memory.

    To be entered before the file is opened, so that nobody waits here while he holds a turn that others could use.
    """
    with _wide:
        before = _is_wide.set(True)
        try:
            yield
        finally:
            _is_wide.reset(before)


@contextmanager
def keeping(path: Path, seconds: float = SECONDS, ahead: Callable[[Any], None] | None = None) -> Iterator[None]:
    """Meanwhile every question of this process asks the file over one connection; none may take longer than `seconds`.

    `ahead` is done in the background, with a cursor, whenever another version of the file was opened.
    """
    before = _kept.get(path)  # of one who keeps it already, and goes on after this
    kept = _kept[path] = Kept(path, seconds, ahead)
    try:
        yield
    finally:
        if before is None:
            del _kept[path]
        else:
            _kept[path] = before
        kept.close()
