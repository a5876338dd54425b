"""The measured figures as a table, on the terminal and between the marks of docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.bench_line.limit import COPY, RUN
from tests.bench_line.shares import SHARES
from tests.paths import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- begin of what make bench-line writes -->", "<!-- end of what make bench-line writes -->"
HEADS = (
    "reports",
    "what",
    "process",
    "wall s",
    "CPU s",
    "peak GB",
    "written MB",
    *(f"{part} s" for part in SHARES),
    "SQL alone CPU s",
    "copy s",
)
Results = dict[str, dict[str, Any]]


def rows(results: Results) -> Iterator[list[str]]:
    """A row for each size and operation; beside each the limit of its size."""
    for size in sorted(results, key=int):
        measured = results[size]
        limit = measured.get("limits", {})
        sql, copy = (limit.get(name, {}) for name in (RUN, COPY))
        for how in ("cold", "warm"):
            for what, cost in measured.get(how, {}).items():
                shares = [_number(cost["shares"].get(part, 0.0)) for part in SHARES]
                written = "–" if cost["written"] is None else f"{cost['written']:,.0f}"
                process = "resident" if how == "warm" else "own"
                numbers = [_number(cost["wall"]), _number(cost["cpu"]), f"{cost['peak'] / 1000:.2f}", written, *shares]
                yield [f"{int(size):,}", what, process, *numbers, _number(sql.get("cpu")), _number(copy.get("wall"), 2)]


def table(results: Results) -> str:
    """The rows as a Markdown table."""
    lines = [HEADS, ["---:", "---", "---", *["---:"] * (len(HEADS) - 3)], *rows(results)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """On what it was measured: processor, cores, memory, versions and the day."""
    import duckdb

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    load = f"{os.getloadavg()[0]:.1f}"
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}, {date.today().isoformat()}, load average at the end {load}"
    )


def write(results: Results, commit: str, sizes: list[int]) -> None:
    """Put the table into the page."""
    text = PAGE.read_text("utf-8")
    before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    command = f'`make bench-line SIZES="{" ".join(map(str, sizes))}"`, version {commit}: {machine()}'
    PAGE.write_text(f"{before}\n{command}\n\n{table(results)}\n{after}", "utf-8")


def _number(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
