"""Write examples/reports: python -m examples.build. The same code gives the same bytes.

Invented units lie in 示例省 (codes begin with 99, which no province has). The seed is a real report; the figures of 平潭, 淮安 and
上海 are real (figures.json), their prose is ours.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.law.forms import load_forms
from tests.factory.docx import as_docx
from tests.factory.html import STYLES, clean
from tests.factory.record import (
    DEFECTS,
    ORGANIZATIONS,
    Record,
    blank_record,
    random_record,
    rule_results,
    with_defect,
    zero_record,
)
from tests.factory.text import as_tabbed, as_text

HERE = Path(__file__).parent
COUNTY = "示例省/示例市/示例县"
TROUBLE = f"{COUNTY}/问题文件"
SEED = "黑龙江省/佳木斯市/抚远市/寒葱沟镇/寒葱沟镇2024年政府信息公开工作年度报告.txt"
TOWNS = {"990101101": "示例甲镇", "990101102": "示例乙镇", "990101103": "示例丙镇", "990101201": "示例丁乡",
         "990101202": "示例戊乡", "990101001": "示例己街道", "990101002": "示例庚街道",
         "990101203": "示例辛乡"}  # fmt: skip
UNITS = [("99", "示例省", "province"), ("9901", "示例市", "city"), ("990101", "示例县", "county")]
KINDS = {"镇": "town", "乡": "township", "街道": "subdistrict"}
YEARS = range(2019, 2026)
ZERO = "990101202"  # the usual town: not one request in seven years
NOT_FILED, REFILED, FILED_TWICE = ("990101002", 2020), ("990101001", 2024), ("990101101", 2022)
DEFECTIVE = {
    ("990101103", 2023): ("closed_total", "-（七）总计不等于各项之和"),
    ("990101201", 2022): ("challenges_total_zero", "-表四总计未填"),
    ("990101102", 2021): ("blank_row", "-有空格"),
}
DRAFT = "990101103"
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
    forms: tuple[str | None, str, str] | None = None  # of tables disclosure, requests, challenges; a table not found has none
    failing: int = 0

    def expected(self) -> dict[str, Any]:
        """The line of expected.json."""
        if self.state == "quarantined":
            return {"state": self.state}
        forms = dict(zip(("disclosure", "requests", "challenges"), self.forms or (), strict=True))
        return {"state": self.state, "unit_code": self.unit_code, "year": self.year, "forms": forms, "failing": self.failing}


def build(folder: Path = HERE / "reports") -> list[Example]:
    """Write all examples with manifest.csv and units.csv, expected.json and the draft beside the folder; returns the examples."""
    examples = [*_seed(), *_real(), *_towns(), *_troubles()]
    files = {e.file: e.data for e in examples} | {"manifest.csv": _manifest(examples), "units.csv": _units()}
    for path in [p for p in folder.rglob("*") if p.is_file() and p.relative_to(folder).as_posix() not in files]:
        path.unlink()
    for file, data in files.items():
        _write(folder / file, data)
    _write(folder.parent / "draft.docx", draft())
    expected = {e.file: e.expected() for e in examples}
    _write(folder.parent / "expected.json", (json.dumps(expected, ensure_ascii=False, indent=1) + "\n").encode())
    return examples


def draft() -> bytes:
    """What a town is about to publish of the year that follows, with a total that was not updated after its parts."""
    carried: dict[str, int] = {}
    records = [_town_record(DRAFT, year, carried) for year in (*YEARS, YEARS.stop)]
    return as_docx(with_defect(records[-1], "row_total"))


def _write(path: Path, data: bytes) -> None:
    """Write a file unless it holds these bytes already, so that a build in place disturbs nobody who reads."""
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _manifest(examples: list[Example]) -> bytes:
    rows: list[tuple[Any, ...]] = [("file", "unit_code", "report_year", "url", "published_on")]
    for example in (e for e in examples if e.manifest):
        code, year, published_on = example.manifest or ("", 0, "")
        day = published_on.replace("-", "")
        rows.append((example.file, code, year, f"https://www.shilixian.example/xxgk/{code}/{year}/t{day}.html", published_on))
    return _csv(rows)


def _units() -> bytes:
    towns = [(code, name, "township", next(k for end, k in KINDS.items() if name.endswith(end))) for code, name in TOWNS.items()]
    return _csv([("unit_code", "name", "level", "kind"), *((*u, "government") for u in UNITS), *towns])


def _csv(rows: list[tuple[Any, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _seed() -> Iterator[Example]:
    """The seed stays as it was handed in, byte for byte."""
    yield Example(SEED, (HERE / "reports" / SEED).read_bytes(), None, "loaded", "230883101", 2024, ("2021",) * 3)


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
        record = Record(entry["unit"], entry["year"], form, cells, disclosed=None, new_media=None)
        failing = sum(r == "fail" for r in rule_results(record).values())
        file = f"{entry['folder']}/{entry['unit']}{entry['year']}.html"
        yield Example(file, clean(record), None, "loaded", entry["unit_code"], entry["year"], (form,) * 3, failing)


def _town_record(code: str, year: int, carried: dict[str, int]) -> Record:
    """A year of an invented town: slowly growing numbers; what was open or in force last year is carried on in `carried`."""
    rng, base = random.Random(f"{code}-{year}"), random.Random(code).randint(40, 160)
    form = "2019" if year < 2021 else "2021"
    record = (
        zero_record(form, TOWNS[code], year) if code == ZERO else random_record(rng, form, 3 + year - 2019, TOWNS[code], year)
    )
    record = replace(
        record,
        place="示例县",
        published_on=f"{year + 1}-01-{10 + rng.randint(0, 15)}",
        disclosed=base + 9 * (year - 2019) + rng.randint(0, 8),
        new_media=base // 2 + 14 * (year - 2019) + rng.randint(0, 12),
    )
    if code == ZERO:
        return record
    return replace(record, cells=record.cells | _requests(record, carried) | _documents(record, rng, carried))


def _requests(record: Record, carried: dict[str, int]) -> dict[str, str]:
    """The rows new, carried in and carried out, so that this year's carried in is last year's carried out."""
    rows: dict[str, dict[str, int]] = {"received": {}, "carried_in": {}, "carried_out": {}}
    for column in ORGANIZATIONS:
        closed, out = (int(record.cells[f"requests.{r}.{column}"] or 0) for r in ("closed", "carried_out"))
        brought = carried.get(column, 0)
        # What was carried in must have been closed or carried on: the rest of the year is new.
        out = max(out, brought - closed)
        rows["received"][column], rows["carried_in"][column], rows["carried_out"][column] = closed + out - brought, brought, out
        carried[column] = out
    for numbers in rows.values():
        numbers["total"] = sum(numbers.values())
    return {f"requests.{row}.{column}": str(n) for row, numbers in rows.items() for column, n in numbers.items()}


def _documents(record: Record, rng: random.Random, carried: dict[str, int]) -> dict[str, str]:
    """Table two: a township cannot make rules; its documents in force are last year's, plus made, minus repealed."""
    cells = {code: "0" for code in record.cells if code.startswith("disclosure.rules_")}
    if record.form == "2021":
        made, repealed = rng.randint(0, 4), rng.randint(0, 1)
        carried["in_force"] = carried.get("in_force", 6) + made - repealed
        names = {"made": made, "repealed": repealed, "in_force": carried["in_force"]}
        cells |= {f"disclosure.normative_{name}": str(n) for name, n in names.items()}
    return cells


def _towns() -> Iterator[Example]:
    renderers = [("html", STYLES["clean"]), ("docx", as_docx), ("txt", as_tabbed), ("html", STYLES["word"]), ("html", STYLES["gbk"]),
                 ("docx", lambda r: as_docx(r, traps=True)), ("txt", lambda r: as_text(r, "P")), ("html", STYLES["nested"])]  # fmt: skip
    for number, (code, name) in enumerate(TOWNS.items()):
        carried: dict[str, int] = {}
        for year in YEARS:
            record = _town_record(code, year, carried)
            if (code, year) == NOT_FILED:
                continue
            defect, told = DEFECTIVE.get((code, year), ("", ""))
            record = with_defect(record, defect) if defect else record
            suffix, render = renderers[(number + year) % len(renderers)] if (code, year) != REFILED else renderers[0]
            data, filed = render(record), (code, year, record.published_on or "")
            made = (code, year, (record.form,) * 3, len(DEFECTS.get(defect, ())))
            state = "superseded" if (code, year) == REFILED else "loaded"
            yield Example(f"{COUNTY}/{name}/{year}{told}.{suffix}", data, filed, state, *made)
            if (code, year) == REFILED:
                again = replace(record, published_on="2025-03-02", disclosed=record.disclosed + 100)
                yield Example(
                    f"{TROUBLE}/更正后重新报送-{name}{year}.html", clean(again), (code, year, "2025-03-02"), "loaded", *made
                )
            if (code, year) == FILED_TWICE:
                yield Example(f"{TROUBLE}/重复-{name}{year}.{suffix}", data, None, "duplicate", *made)


def _troubles() -> Iterator[Example]:
    """What is no report, cannot be read, or does not say whose it is."""
    yield Example(f"{TROUBLE}/空白表样.docx", as_docx(blank_record()), None, "quarantined")
    title = "关于做好2024年政府信息公开工作年度报告编制工作的通知"
    notice = (
        f"<html><head><meta charset='utf-8'><meta name='ArticleTitle' content='{title}'><title>{title}</title></head><body>"
        f"<h1>{title}</h1><p>各乡镇、街道：</p><p>请于2025年1月20日前报送本单位年度报告，报告应当包括以下内容：</p>"
        "<p>一、总体情况</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p></body></html>"
    )
    yield Example(f"{TROUBLE}/不是报告-通知.html", notice.encode(), None, "quarantined")
    yield Example(f"{TROUBLE}/损坏的文件.docx", as_docx(zero_record())[:2000], None, "quarantined")
    nameless = replace(random_record(random.Random(7), "2021", 9), unit="")
    yield Example(f"{TROUBLE}/只写我镇.html", clean(nameless), None, "loaded", None, None, ("2021",) * 3)


def main() -> None:
    """Build and say how many there are."""
    examples = build()
    print(f"{len(examples)} examples")


if __name__ == "__main__":
    main()
