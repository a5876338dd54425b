"""One connection for many questions: the new file is asked as soon as it is there, and nothing may take for ever."""

from __future__ import annotations

import os
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from foi.messages import Complaint
from foi.published import NothingPublished, TooLong, published
from foi.published.kept import AT_ONCE, MEMORY, SCHEMAS, WIDE, by_itself, keeping, kept_file, once


def _publish(path: Path, value: int) -> None:
    scratch = path.with_name("scratch.duckdb")
    with duckdb.connect(str(scratch)) as connection:
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        connection.execute(f"create table marts.numbers as select {value} as n")
    os.replace(scratch, path)


def _asked(path: Path) -> int:
    with published(path) as connection:
        found: tuple[int] = connection.execute("select n from numbers").fetchone()
        return found[0]


def test_a_file_that_was_replaced_is_asked_anew_and_whoever_is_asking_keeps_the_old_one(tmp_path: Path):
    path = tmp_path / "published.duckdb"
    _publish(path, 1)
    with keeping(path):
        assert _asked(path) == 1
        with published(path) as connection:
            _publish(path, 2)
            assert _asked(path) == 2
            assert connection.execute("select n from numbers").fetchone() == (1,)
        assert _asked(path) == 2


def test_questions_of_many_threads_do_not_mix(tmp_path: Path):
    path = tmp_path / "published.duckdb"
    _publish(path, 7)
    found: list[int] = []

    def ask() -> None:
        for at in range(20):
            with published(path) as connection:
                found.append(connection.execute("select n * ? from numbers", [at]).fetchone()[0] - 7 * at)

    with keeping(path):
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [0] * 160


def test_a_question_that_takes_too_long_is_broken_off_and_the_next_one_answered(tmp_path: Path):
    path = tmp_path / "published.duckdb"
    _publish(path, 1)
    with keeping(path, seconds=0.2):
        with pytest.raises(TooLong, match=r"0\.2"), published(path) as connection:
            connection.execute("select count(*) from range(1000000000) as a, range(1000) as b where a.range * b.range % 7 = 3")
        assert _asked(path) == 1


def test_a_kept_file_can_be_read_and_nothing_else(tmp_path: Path):
    path = tmp_path / "published.duckdb"
    _publish(path, 1)
    (tmp_path / "secret.csv").write_text("a\n1\n", "utf-8")
    with keeping(path):
        for sql in ("create table marts.more as select 1", f"from '{tmp_path / 'secret.csv'}'", "set memory_limit = '1GB'"):
            with pytest.raises(duckdb.Error), published(path) as connection:
                connection.execute(sql)


def test_a_file_that_is_not_there_or_damaged_is_told_and_asked_again_when_it_is_whole(tmp_path: Path):
    path = tmp_path / "published.duckdb"
    with keeping(path):
        with pytest.raises(NothingPublished):
            _asked(path)
        path.write_bytes(b"no database" * 1000)
        with pytest.raises(Complaint):
            _asked(path)
        _publish(path, 3)
        assert _asked(path) == 3


def test_what_is_made_once_is_made_anew_of_a_new_file_and_never_mixed_with_the_old_one(tmp_path: Path):
    path = tmp_path / "published.duckdb"
    made: list[int] = []

    def number(connection: duckdb.DuckDBPyConnection) -> int:
        made.append(1)
        return int(connection.execute("select n from numbers").fetchone()[0])

    def asked() -> int:
        with published(path) as connection:
            return int(once("number", lambda: number(connection)))

    _publish(path, 1)
    assert asked() == asked() == 1 and len(made) == 2
    with keeping(path):
        assert asked() == asked() == 1 and len(made) == 3
        with published(path) as old:
            _publish(path, 2)
            assert asked() == 2
            assert once("number", lambda: number(old)) == 1
        assert asked() == 2 and len(made) == 4


def test_a_question_that_needs_more_memory_than_there_is_is_told_and_the_next_one_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "published.duckdb"
    _publish(path, 1)
    monkeypatch.setenv("FOI_MEMORY", "20MB")
    with keeping(path):
        with pytest.raises(TooLong), published(path) as connection:
            connection.execute("select list(repeat('x', 1000) || range) from range(1000000)").fetchall()
        assert _asked(path) == 1


def test_whoever_keeps_a_file_goes_on_when_another_one_is_done_with_it(tmp_path: Path):
    path = tmp_path / "published.duckdb"
    _publish(path, 1)
    with keeping(path):
        with keeping(path):
            assert _asked(path) == 1
        kept = kept_file(path)
        assert kept is not None and _asked(path) == 1
        assert kept_file(path) is kept
    assert kept_file(path) is None


def test_whoever_comes_while_enough_are_asking_waits_for_his_turn(tmp_path: Path):
    path, go, now, most = tmp_path / "published.duckdb", threading.Event(), [0], [0]
    _publish(path, 1)
    counting = threading.Lock()

    def ask() -> None:
        with published(path):
            with counting:
                now[0] += 1
                most[0] = max(most[0], now[0])
            go.wait(20)
            with counting:
                now[0] -= 1

    with keeping(path):
        threads = [threading.Thread(target=ask) for _ in range(3 * AT_ONCE)]
        for thread in threads:
            thread.start()
        while now[0] < AT_ONCE:
            time.sleep(0.01)
        go.set()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads) and most[0] == AT_ONCE


def test_a_question_within_a_question_needs_no_turn_of_its_own(tmp_path: Path):
    path = tmp_path / "published.duckdb"
    _publish(path, 1)
    with keeping(path), ExitStack() as within:
        for _ in range(AT_ONCE + 1):
            within.enter_context(published(path))
        assert _asked(path) == 1


def test_what_is_made_ahead_is_made_of_each_version_and_nobody_makes_it_again(tmp_path: Path):
    path, made = tmp_path / "published.duckdb", []

    def number(connection: duckdb.DuckDBPyConnection) -> int:
        made.append(connection.execute("select n from numbers").fetchone()[0])
        return int(made[-1])

    def ahead(connection: duckdb.DuckDBPyConnection) -> None:
        once("number", lambda: number(connection))

    with keeping(path, ahead=ahead):
        for value in (1, 2):
            _publish(path, value)
            with published(path) as connection:
                assert once("number", lambda connection=connection: number(connection)) == value
            until = time.monotonic() + 20
            while len(made) < value and time.monotonic() < until:
                time.sleep(0.01)
    assert made == [1, 2]


def test_what_is_wanted_by_many_at_once_is_made_by_one_of_them(tmp_path: Path):
    path, go, made = tmp_path / "published.duckdb", threading.Event(), []
    _publish(path, 1)

    def make() -> int:
        made.append(1)
        go.wait(20)
        return 7

    found: list[int] = []

    def ask() -> None:
        with published(path):
            found.append(once("slow", make))

    with keeping(path):
        threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        while not made:
            time.sleep(0.01)
        go.set()
        for thread in threads:
            thread.join(20)
    assert found == [7] * AT_ONCE and made == [1]


def test_who_asks_by_himself_has_more_memory_and_the_same_version_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "published.duckdb"
    _publish(path, 1)

    def limit() -> int:
        with published(path) as connection:
            query = "select value from duckdb_settings() where name = 'memory_limit'"
            number, _ = connection.execute(query).fetchone()[0].split()
            return round(float(number) * 1.048576)

    def of(said: str) -> int:
        return int(said.removesuffix("MB"))

    monkeypatch.delenv("FOI_MEMORY", raising=False)
    with keeping(path):
        assert limit() == of(MEMORY)
        with by_itself():
            assert limit() == of(WIDE)
        with published(path) as old:
            _publish(path, 2)
            with by_itself():
                assert _asked(path) == 2
            assert old.execute("select n from numbers").fetchone() == (1,)
        assert limit() == of(MEMORY)
    monkeypatch.setenv("FOI_MEMORY", "100MB")
    with keeping(path), by_itself():
        assert limit() == 100, "what was said holds for all"
