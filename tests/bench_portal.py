"""How fast the portal of a home folder answers: python -m tests.bench_portal HOME [USERS] (`make bench-portal HOME=folder`).

Ten users ask side by side. Machines ask as soon as they have their answer, for pages that nobody asked for before and then for the same ones
again: that is how much the portal can do. People read a page for a second or two before they ask for the next: that is how long they wait.
"""

from __future__ import annotations

import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import httpx

from tests.paths import ROOT

EACH = 30  # pages of each kind
READ = 15  # pages that each of the people reads
PAUSE = (1.0, 2.0)  # seconds in which a page is read
WORDS = ("政务新媒体", "微信公众号", "示例", "街道", "专业人员不足")
KINDS = {
    "area": "select '/area/' || area_code || '/' || report_year from marts.area_year",
    "unit": "select '/unit/' || unit_code from (select distinct unit_code from marts.unit_year)",
    "trend": "select '/trend?measure=received&unit=' || unit_code from (select distinct unit_code from marts.unit_year where level = 'township')",
    "trend of an area": "select '/trend?measure=grant_rate&area=' || area_code from (select distinct area_code from marts.area_year)",
    "report": "select '/report/' || report_id from marts.unit_year",
    "number": "select '/report/' || report_id || '/cell/requests.received.total' from marts.unit_year where received is not null",
}
# What reviewers ask for, of all that is published: the slowest pages, each by itself.
DESK = ("/violations", "/violations/group?kind=hint", "/violations/group?kind=error&state=waiting")


def pages(home: Path, seed: int = 16) -> dict[str, list[str]]:
    """Addresses of each kind, picked at random and the same each time."""
    rng, found = random.Random(seed), {}
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        for kind, query in KINDS.items():
            every = sorted(address for (address,) in connection.execute(query).fetchall())
            found[kind] = [quote(address, safe="/?=&") for address in rng.sample(every, min(EACH, len(every)))]
    return {"country": ["/"], **found, "search": [f"/search?q={quote(word)}" for word in WORDS]}


@contextmanager
def portal(home: Path) -> Iterator[tuple[str, int, float]]:
    """A portal in a process of its own: its address, its process, and the seconds until its first answer."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "foi", "portal", "--port", "0", "--home", str(home)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = re.findall(r"http://[\d.:]+", process.stdout.readline())[0]
        with httpx.Client(trust_env=False, transport=httpx.HTTPTransport(retries=10)) as client:
            client.get(f"{address}/about", timeout=60)
        try:
            yield address, process.pid, time.perf_counter() - begun
        finally:
            process.terminate()


def asked(address: str, paths: list[str], users: int, pause: tuple[float, float] = (0, 0)) -> tuple[list[float], list[str]]:
    """The seconds of each answer, and the addresses that were not answered well; each user pauses before he asks again."""

    def of_user(mine: list[str]) -> list[tuple[float, str, int]]:
        rng, found = random.Random(mine[0]), []
        with httpx.Client(base_url=address, trust_env=False, timeout=120) as client:
            for path in mine:
                time.sleep(rng.uniform(*pause))
                found.append(_one(client, path))
        return found

    with ThreadPoolExecutor(users) as pool:
        every = [one for part in pool.map(of_user, (paths[n::users] for n in range(users))) for one in part]
    return [seconds for seconds, _, _ in every], [f"{status} {path}" for _, path, status in every if status != 200]


def _one(client: httpx.Client, path: str) -> tuple[float, str, int]:
    begun = time.perf_counter()
    status = client.get(path).status_code
    return time.perf_counter() - begun, path, status


def _told(name: str, seconds: list[float]) -> str:
    found = sorted(seconds)
    p95 = found[min(len(found) - 1, int(0.95 * len(found)))]
    return f"{name:46} {len(found):5}  p50 {statistics.median(found) * 1000:7.1f} ms  p95 {p95 * 1000:7.1f} ms"


def imports() -> float:
    """The seconds that the imports of a portal take."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import uvicorn, duckdb, portal.app"], cwd=ROOT, check=True)
    return time.perf_counter() - begun


def memory(process: int, name: str = "VmRSS") -> float:
    """How many MB a process holds (VmRSS), or held at most (VmHWM)."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(re.findall(rf"{name}:\s+(\d+)", status)[0]) / 1024


def told_memory(process: int) -> str:
    """What a process holds, and what it held at most, in words."""
    return f"{memory(process):.0f} MB, at most {memory(process, 'VmHWM'):.0f} MB"


def mixed(found: dict[str, list[str]]) -> list[str]:
    """Pages of all kinds in an order that is the same each time."""
    paths = [path for of_kind in found.values() for path in of_kind]
    random.Random(7).shuffle(paths)
    return paths


def main(home: Path, users: int) -> None:
    """Print what was measured."""
    imports()
    of_imports, found, wrong = imports(), pages(home), list[str]()

    def told(name: str, *how: Any) -> None:
        seconds, bad = asked(*how)
        print(_told(name, seconds), flush=True)
        wrong.extend(bad)

    with portal(home) as (address, process, ready):
        print(f"ready {ready:.2f} s after its start, imports {of_imports:.2f} s of it; {told_memory(process)}")
        for kind, paths in found.items():
            told(f"one user, first time: {kind}", address, paths, 1)
    with portal(home) as (address, process, _):
        told(f"{users} machines, first time: all kinds", address, mixed(found), users)
        told(f"{users} machines, again: all kinds", address, mixed(found), users)
        print(told_memory(process))
    with portal(home) as (address, process, _):
        told(f"{users} people, first time: all kinds", address, mixed(pages(home, 17))[: users * READ], users, PAUSE)
        print(told_memory(process))
        for path in DESK:
            told(f"one reviewer: {path}", address, [path], 1)
        print(told_memory(process))
    print("\n".join(["not answered with 200:", *sorted(set(wrong))[:20]]) if wrong else "all answered")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10)
