"""Write examples/reports: python -m examples.build. The same code gives the same bytes.

Invented units lie in 示例省 (codes begin with 99, which no province has). The seed is a real report; the figures of 平潭, 淮安 and
上海 are real (figures.json), their prose is ours.
"""

from __future__ import annotations

import csv
import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.forms import load_forms
from tests.factory.docx import as_docx
from tests.factory.html import STYLES, clean
from tests.factory.record import ORGANIZATIONS, Record, blank_record, random_record, with_defect, zero_record
from tests.factory.text import as_tabbed, as_text

HERE = Path(__file__).parent
COUNTY = "示例省/示例市/示例县"
TROUBLE = f"{COUNTY}/问题文件"
TOWNS = {"990101101": "示例甲镇", "990101102": "示例乙镇", "990101103": "示例丙镇", "990101201": "示例丁乡",
         "990101202": "示例戊乡", "990101001": "示例己街道", "990101002": "示例庚街道"}  # fmt: skip
UNITS = [("99", "示例省", "province"), ("9901", "示例市", "city"), ("990101", "示例县", "county")]
KINDS = {"镇": "town", "乡": "township", "街道": "subdistrict"}
YEARS = range(2019, 2026)
ROWS = {"new": "received", "carry_in": "carried_in", "open": "granted", "partial": "partly_granted", "no1": "denied_state_secret",
        "no2": "denied_by_law", "no3": "denied_stability", "no4": "denied_third_party", "no5": "denied_internal",
        "no6": "denied_deliberative", "no7": "denied_case_file", "no8": "denied_inquiry", "un1": "not_held",
        "un2": "must_be_created", "un3": "unclear_after_correction", "np1": "petition", "np2": "repeated", "np3": "published_work",
        "np4": "excessive", "np5": "confirmation", "ot1": "not_corrected_in_time", "ot2": "fee_not_paid", "ot3": "otherwise_closed",
        "ot": "otherwise", "total": "closed", "carry_out": "carried_out"}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One file of the examples: its path, bytes, line in the manifest (or None), and what a load must make of it."""

    file: str
    data: bytes
    manifest: tuple[str, int, str] | None
    state: str
    unit_code: str | None = None
    year: int | None = None
    failing: int = 0


def build(folder: Path = HERE / "reports") -> list[Example]:
    """Write all examples with manifest.csv and units.csv; returns them."""
    examples = [*_seed(folder), *_real(), *_towns(), *_troubles()]
    shutil.rmtree(folder / "示例省", ignore_errors=True)
    for example in examples:
        path = folder / example.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(example.data)
    lines = [(e.file, e.manifest[0], e.manifest[1], "", e.manifest[2]) for e in examples if e.manifest]
    _csv(folder / "manifest.csv", ["file", "unit_code", "report_year", "url", "published_on"], lines)
    towns = [(code, name, "township", next(k for end, k in KINDS.items() if name.endswith(end))) for code, name in TOWNS.items()]
    _csv(folder / "units.csv", ["unit_code", "name", "level", "kind"], [*((*u, "government") for u in UNITS), *towns])
    expected = {e.file: {"state": e.state, "unit_code": e.unit_code, "year": e.year, "failing": e.failing} for e in examples}
    (folder.parent / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return examples


def _csv(path: Path, header: list[str], rows: list[Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _seed(folder: Path) -> Iterator[Example]:
    file = "黑龙江省/佳木斯市/抚远市/寒葱沟镇/寒葱沟镇2024年政府信息公开工作年度报告.txt"
    yield Example(file, (folder / file).read_bytes(), None, "loaded", "230883101", 2024)


def _real() -> Iterator[Example]:
    for entry in json.loads((HERE / "figures.json").read_text("utf-8")):
        form = "2019" if "ot" in entry["table3"] else "2021"
        spec = load_forms()[form]
        cells: dict[str, str | None] = {c.code: None for c in spec.cells}
        for key, row in entry["table3"].items():
            cells |= {f"requests.{ROWS[key]}.{c}": str(n) for c, n in zip(spec.tables["requests"].columns, row, strict=True)}
        fourth = [c.code for c in spec.tables["challenges"].cells]
        cells |= {code: str(n) for code, n in zip(fourth, entry["table4"], strict=True)}
        second = [n for v in entry.get("table2", {}).values() for n in (v if isinstance(v, list) else [v])]
        if second:
            cells |= {c.code: str(n) for c, n in zip(spec.tables["disclosure"].cells, second, strict=True)}
        record = Record(entry["unit"], entry["year"], form, cells, published_on=entry["published_on"])
        failing = 2 if entry["id"] == "pingtan2020" else 0
        file = f"{entry['folder']}/{entry['unit']}{entry['year']}.html"
        yield Example(file, clean(record), None, "loaded", entry["unit_code"], entry["year"], failing)


def _town_record(code: str, year: int, carried: dict[str, int]) -> Record:
    """A year of an invented town: slowly growing numbers, last year's open requests carried in."""
    rng = random.Random(f"{code}-{year}")
    form = "2019" if year < 2021 else "2021"
    record = replace(
        random_record(rng, form, 3 + (year - 2019), TOWNS[code], year),
        place="示例县",
        published_on=f"{year + 1}-01-{10 + rng.randint(0, 15)}",
    )
    cells = dict(record.cells)
    for column in ORGANIZATIONS:
        closed, out = (int(cells[f"requests.{r}.{column}"] or 0) for r in ("closed", "carried_out"))
        brought = carried.get(column, 0)
        # What was carried in must have been closed or carried on: the rest of the year is new.
        out = max(out, brought - closed)
        cells |= {f"requests.carried_out.{column}": str(out), f"requests.carried_in.{column}": str(brought)}
        cells[f"requests.received.{column}"] = str(closed + out - brought)
        carried[column] = out
    for row in ("received", "carried_in", "carried_out"):
        cells[f"requests.{row}.total"] = str(sum(int(cells[f"requests.{row}.{c}"] or 0) for c in ORGANIZATIONS))
    for code_ in ("rules_made", "rules_repealed", "rules_in_force", "rules_newly_published", "rules_published_total"):
        if f"disclosure.{code_}" in cells:
            cells[f"disclosure.{code_}"] = "0"  # a township cannot make rules
    return replace(record, cells=cells, disclosed=rng.randint(10, 300), new_media=rng.randint(10, 200))


def _towns() -> Iterator[Example]:
    renderers = [("html", STYLES["clean"]), ("docx", as_docx), ("txt", as_tabbed), ("html", STYLES["word"]), ("html", STYLES["gbk"]),
                 ("docx", lambda r: as_docx(r, traps=True)), ("txt", lambda r: as_text(r, "P")), ("html", STYLES["nested"])]  # fmt: skip
    for number, (code, name) in enumerate(TOWNS.items()):
        carried: dict[str, int] = {}
        for year in YEARS:
            zero = code == "990101202"
            record = _town_record(code, year, carried) if not zero else zero_record("2019" if year < 2021 else "2021", name, year)
            record = replace(record, place="示例县", published_on=record.published_on or f"{year + 1}-01-20")
            failing = 0
            if (code, year) == ("990101103", 2023):
                record, failing = with_defect(record, "closed_total"), 2
            if (code, year) == ("990101201", 2022):
                record, failing = with_defect(record, "challenges_total_zero"), 1
            if (code, year) == ("990101102", 2021):
                record = with_defect(record, "blank_row")
            if (code, year) == ("990101002", 2020):
                continue  # the town that did not file
            suffix, render = renderers[(number + year) % len(renderers)]
            file = f"{COUNTY}/{name}/{year}.{suffix}"
            data, filed = render(record), (code, year, record.published_on or "")
            refiled = (code, year) == ("990101001", 2024)
            yield Example(file, data, filed, "superseded" if refiled else "loaded", code, year, failing)
            if refiled:
                again = replace(record, published_on="2025-03-02", disclosed=301)
                file = f"{TROUBLE}/更正后重新报送-{name}{year}.html"
                yield Example(file, clean(again), (code, year, "2025-03-02"), "loaded", code, year)
            if (code, year) == ("990101101", 2022):
                yield Example(f"{TROUBLE}/重复-{name}{year}.{suffix}", data, None, "duplicate", code, year)


def _troubles() -> Iterator[Example]:
    """What is no report, cannot be read, or does not say whose it is."""
    yield Example(f"{TROUBLE}/空白表样.docx", as_docx(blank_record()), None, "quarantined")
    notice = (
        "<html><head><meta charset='utf-8'><title>关于做好2024年政府信息公开工作年度报告编制工作的通知</title></head><body>"
        "<h1>关于做好2024年政府信息公开工作年度报告编制工作的通知</h1><p>各乡镇、街道：</p>"
        "<p>请于2025年1月20日前报送本单位年度报告。</p></body></html>"
    )
    yield Example(f"{TROUBLE}/不是报告-通知.html", notice.encode(), None, "quarantined")
    yield Example(f"{TROUBLE}/损坏的文件.docx", as_docx(zero_record())[:2000], None, "quarantined")
    nameless = replace(random_record(random.Random(7), "2021", 9), unit="")
    yield Example(f"{TROUBLE}/只写我镇.html", clean(nameless), None, "loaded")


def main() -> None:
    """Build and say how many there are."""
    examples = build()
    print(f"{len(examples)} examples")


if __name__ == "__main__":
    main()
