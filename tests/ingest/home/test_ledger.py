"""A ledger that was damaged costs the broken line; lines are written whole or not at all."""

from __future__ import annotations

import json
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from expectations.decisions import Decision, Ledger, append, understood
from foi.line.aside import mend_lists, what_stands_aside
from ingest.home import Home
from ingest.home.ledger import add_line, aside_of, read_ledger
from ingest.landing.corrections import broken_corrections, load_corrections
from ingest.words.issues import issue_text
from tests.forked import in_child

FIRST, SECOND = (
    Decision("2025-03-01T00:00:00+00:00", "示例科", "explain", unit, 2024, "requests_balance.total", "1", "2", "示\u2028例")
    for unit in ("990101001", "990101002")
)
GOOD = [json.dumps(asdict(d), ensure_ascii=False).encode() for d in (FIRST, SECOND)]
ENTRY = (
    "- {{unit_code: '{unit}', report_year: 2024, cell: disclosure.licenses, action: set, expect: 5, value: 6,"
    " reason: 示例, evidence: 示例, who: 示例科, when: 2025-02-21}}\n"
)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + b"\n".join(GOOD) + b"\n",
        b"\r\n".join(GOOD) + b"\r\n",
        b"\n\n".join(GOOD),
        b"\n".join(GOOD) + b"\n\0\0\0\0",
        b"\n".join(GOOD).decode().encode("utf-16"),
    ],
    ids=["mark of the encoding", "CRLF", "no end", "zeros of a lost block", "UTF-16"],
)
def test_a_ledger_saved_by_other_programs_is_read_whole(content: bytes, tmp_path: Path):
    (tmp_path / "decisions.jsonl").write_bytes(content)
    assert Ledger(tmp_path / "decisions.jsonl").decisions == [FIRST, SECOND]
    assert mend_lists(Home(tmp_path)) == [] and what_stands_aside(Home(tmp_path)) == []


@pytest.mark.parametrize(
    "broken",
    [
        GOOD[0][: len(GOOD[0]) // 2],
        b"not JSON",
        b"[1, 2]",
        b"\xff\xfejunk",
        json.dumps({**asdict(FIRST), "more": "1"}).encode(),
        json.dumps({k: v for k, v in asdict(FIRST).items() if k != "why"}).encode(),
        json.dumps({**asdict(FIRST), "report_year": "2024"}).encode(),
        json.dumps({**asdict(FIRST), "action": "forget"}).encode(),
        json.dumps({**asdict(FIRST), "decided_at": "yesterday"}).encode(),
        b"[" * 100_000,
    ],
    ids=["half", "text", "list", "bytes", "unknown key", "key missing", "year as text", "action", "time", "deep"],
)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_broken_line_is_set_aside_and_told_and_the_others_count(broken: bytes, at: int, tmp_path: Path):
    home = Home(tmp_path)
    lines = [*GOOD[:at], broken, *GOOD[at:]]
    home.decisions.write_bytes(b"\n".join(lines))
    assert Ledger(home.decisions).decisions == [FIRST, SECOND]
    (issue,) = mend_lists(home)
    assert issue.place == f"decisions.jsonl:{at + 1}" and "decisions.jsonl.broken" in issue_text(issue).zh
    assert aside_of(home.decisions).read_bytes() == broken + b"\n"
    assert home.decisions.read_bytes() == b"\n".join(GOOD) + b"\n"
    assert mend_lists(home) == [] and [i.place for i in what_stands_aside(home)] == ["decisions.jsonl.broken"]


def test_what_is_set_aside_later_is_kept_with_the_rest(tmp_path: Path):
    home = Home(tmp_path)
    for text in (b"one", b"two"):
        with home.decisions.open("ab") as ledger:
            ledger.write(text + b"\n")
        mend_lists(home)
    append(home.decisions, FIRST)
    assert aside_of(home.decisions).read_bytes() == b"one\ntwo\n" and Ledger(home.decisions).decisions == [FIRST]


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_is_added_behind_one_that_lacks_its_end(end: bytes, tmp_path: Path):
    path = tmp_path / "decisions.jsonl"
    path.write_bytes(GOOD[0] + end)
    append(path, SECOND)
    assert path.read_bytes() == GOOD[0] + b"\n" + GOOD[1] + b"\n"


def _add_to_a_full_disk(path: Path) -> str:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = path.stat().st_size + 10 if path.exists() else 10
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        add_line(path, asdict(SECOND))
    except OSError as error:
        return str(error.strerror)
    return ""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
@pytest.mark.parametrize("before", [b"", GOOD[0] + b"\n", GOOD[0]])
def test_a_full_disk_leaves_no_half_line(before: bytes, tmp_path: Path):
    path = tmp_path / "decisions.jsonl"
    path.write_bytes(before)
    assert "large" in in_child(_add_to_a_full_disk, path)
    assert path.read_bytes() == before
    append(path, SECOND)
    assert [line.entry for line in read_ledger(path, understood)][-1] == SECOND


@pytest.mark.parametrize(
    "broken",
    [
        '- {unit_code: "9901', "- {unit_code: '990101009'\n  more: 1}", "- unit_code: \"9901\n  cell: x", "- [1, 2]", "- a: b: c", "-\tx: 1\n\x07",
        "- {unit_code: '990101009', report_year: 2024, unknown: 1}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", [0, 1, 2])
def test_half_an_entry_of_the_corrections_costs_none_of_the_others(broken: str, at: int, tmp_path: Path):
    entries = [ENTRY.format(unit=unit) for unit in ("990101001", "990101002")]
    path = tmp_path / "corrections.yaml"
    path.write_text("# 科室备注\n" + "".join([*entries[:at], broken + "\n", *entries[at:]]), "utf-8")
    assert [c.unit_code for c in load_corrections(path)] == ["990101001", "990101002"]
    (issue,) = broken_corrections(path)
    first = 2 + at
    assert first <= int(issue.place.split(":")[1]) <= first + 2, issue
    assert what_stands_aside(Home(tmp_path))


@pytest.mark.parametrize("content", [b"", b"\0\0\0\0", b"\xff\xff\xff", "单位".encode("gbk"), b"a: b", b"- ", b"\xef\xbb\xbf"])
def test_a_file_that_holds_no_corrections_is_no_traceback(content: bytes, tmp_path: Path):
    path = tmp_path / "corrections.yaml"
    path.write_bytes(content)
    assert load_corrections(path) == [] and len(broken_corrections(path)) == bool(content.strip(b"\xef\xbb\xbf"))
