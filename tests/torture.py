"""`make torture`: a late load is killed at random moments, in the resident process and in one of its own; the next load makes the same marts.

python -m tests.torture --moments 20 --seed 1
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.resident import standing
from ingest.home import Home
from tests.desk import page
from tests.paths import ROOT

UNIT = "230883101"
LONGEST = 600.0  # seconds for one load, on a machine that has others to serve


def tables_of(home: Home) -> dict[str, tuple[int, str]]:
    """Of every table of marts, core and quality in the published file how many rows it has and what they hold, but for the moments of a load."""
    found = {}
    with duckdb.connect(str(home.published), read_only=True) as connection:
        columns: dict[str, list[str]] = {}
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where schema_name in ('marts', 'core', 'quality')"
            " and data_type not like 'TIMESTAMP%' order by all"
        ).fetchall():
            columns.setdefault(f'"{schema}"."{table}"', []).append(f'"{column}"')
        for table, names in columns.items():
            rows = f"select count(*), coalesce(sum(hash(({', '.join(names)}))::hugeint), 0)::varchar from {table}"
            found[table] = connection.execute(rows).fetchall()[0]
    return found


def command(*words: object) -> list[str]:
    """The program as a process of its own."""
    return [sys.executable, "-m", "foi", *map(str, words)]


def load(home: Home, folder: Path) -> str:
    """Load to the end; what was printed."""
    done = subprocess.run(
        command("load", folder, "--home", home.root, "--json"), cwd=ROOT, capture_output=True, text=True, timeout=LONGEST
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


class Bench:
    """A home of three reports, a folder with a fourth, and what the tables hold when it is loaded without being killed."""

    def __init__(self, scratch: Path, load: Callable[[Home, Path], object] = load) -> None:
        """`load` carries out the loads that nobody kills."""
        self.scratch, self.folder, self.base, self.load = scratch, scratch / "inbox", Home(scratch / "base"), load
        self.folder.mkdir(parents=True)
        for year in (2021, 2022, 2023):
            (self.folder / f"{year}.html").write_bytes(page("寒葱沟镇", year - 2000, year))
        lines = "".join(f"{year}.html,{UNIT},{year}\n" for year in (2021, 2022, 2023))
        (self.folder / "manifest.csv").write_text(f"file,unit_code,report_year\n{lines}", "utf-8")
        self.load(self.base, self.folder)
        (self.folder / "2024.html").write_bytes(page("寒葱沟镇", 24, 2024))
        (self.folder / "manifest.csv").write_text(f"file,unit_code,report_year\n{lines}2024.html,{UNIT},2024\n", "utf-8")
        begun = time.monotonic()
        with self.copy("whole") as home:
            load(home, self.folder)
            self.seconds, self.expected = time.monotonic() - begun, tables_of(home)

    @contextmanager
    def copy(self, name: str) -> Iterator[Home]:
        """The home of three reports for one trial."""
        home = Home(self.scratch / name)
        shutil.copytree(self.base.root, home.root, symlinks=True)
        try:
            yield home
        finally:
            shutil.rmtree(home.root, ignore_errors=True)

    def check(self, home: Home) -> None:
        """The next load ends, and the tables are as if nothing had been killed."""
        self.load(home, self.folder)
        found = tables_of(home)
        assert found == self.expected, {t: (found.get(t), rows) for t, rows in self.expected.items() if found.get(t) != rows}

    def own(self, moment: float) -> None:
        """Kill a load in a process of its own, and all that it began, after so much of its time."""
        with self.copy(f"own-{moment:.3f}") as home:
            process = subprocess.Popen(
                command("load", self.folder, "--home", home.root),
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            _kill_after(moment * self.seconds, process)
            self.check(home)

    def resident(self, moment: float) -> None:
        """Kill the worker of the resident process in the middle of a load; the next load is carried out by another."""
        with self.copy(f"resident-{moment:.3f}") as home, served(home) as worker:
            client = subprocess.Popen(
                command("load", self.folder, "--home", home.root), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            with contextlib.suppress(subprocess.TimeoutExpired):
                client.wait(moment * self.seconds)
            os.kill(worker, signal.SIGKILL)
            assert client.wait(LONGEST) in (0, 1, 3)
            self.check(home)


@contextmanager
def served(home: Home) -> Iterator[int]:
    """Serve a home folder for a while; the number of the first worker."""
    process = subprocess.Popen(
        command("serve", "--home", home.root), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + LONGEST
        while not (told := standing(home) or {}).get("is_ready"):
            assert time.monotonic() < end and process.poll() is None, "no worker"
            time.sleep(0.1)
        yield int(told["worker"])
    finally:
        process.terminate()
        process.wait(60)


def _kill_after(seconds: float, process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def torture(moments: int, seed: int, scratch: Path) -> int:
    """Kill at so many random moments in each kind of process; how many trials there were."""
    chance, bench = random.Random(seed), Bench(scratch)
    print(f"a load takes {bench.seconds:.1f} s; seed {seed}", flush=True)
    for kind in (bench.own, bench.resident):
        for _ in range(moments):
            moment = chance.uniform(0.02, 1.05)
            print(f"{kind.__name__}: killed after {moment:.2f} of the load", end=" ", flush=True)
            kind(moment)
            print("→ the same tables", flush=True)
    return 2 * moments


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        torture(given.moments, given.seed, Path(folder))
