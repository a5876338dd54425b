"""No command stops because a terminal cannot print Chinese; what it lacks is an escape, and JSON stays JSON."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from foi.terminal import print_anywhere
from tests.conftest import ROOT
from tests.factory import random_record
from tests.factory.docx import as_docx

COMMANDS = [["--help"], ["doctor"], ["forms"], ["check", "draft.docx"], ["status"], ["nonsense"]]
PLACES = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "gbk": {"PYTHONIOENCODING": "gbk"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
# All commands one after the other in one process each: what is started costs more than what is printed.
EACH = """
import os, sys
from foi.cli import main
for words in {commands!r}:
    if (child := os.fork()) == 0:
        sys.argv = ["foi", *words]
        main()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True, file=open(sys.argv[1], "a"))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a draft whose sums fail, of a unit with a character that GBK lacks."""
    record = random_record(random.Random(2), "2021", 60, "示例㐀镇", 2024)
    made = tmp_path_factory.mktemp("terminal")
    (made / "draft.docx").write_bytes(as_docx(replace(record, cells={**record.cells, "requests.closed.total": "1"})))
    return made


@pytest.mark.parametrize("place", PLACES)
def test_no_command_stops_for_a_terminal(place: str, folder: Path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **PLACES[place]}
    codes = folder / f"{place}.txt"
    ran = subprocess.run(
        [sys.executable, "-c", EACH.format(commands=COMMANDS), codes], cwd=folder, env=environment, capture_output=True
    )
    assert ran.returncode == 0 and b"Traceback" not in ran.stderr and b"UnicodeEncodeError" not in ran.stderr, ran.stderr[-500:]
    assert codes.read_text("utf-8").split() == ["0", "0", "0", "1", "3", "2"]
    assert b"?" * 3 not in ran.stdout and (b"\\u7ed3\\u8bba" if place != "gbk" else "结论".encode("gbk")) in ran.stdout


def test_json_stays_json_and_loses_no_character(monkeypatch: pytest.MonkeyPatch):
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii"))
    print_anywhere()
    told = {"unit": "示例㐀镇", "rare": "𠀀“”", "path": "\udce8"}
    print(json.dumps(told, ensure_ascii=False), flush=True)
    assert json.loads(out.getvalue()) == told
