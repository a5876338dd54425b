"""`foi demo`: load the example reports, say what failed and why, show one trend, say what to try next."""

from __future__ import annotations

import shlex
from pathlib import Path

from foi.ask.show_trend import show_trend
from foi.ask.trend import Question
from foi.line.load import load_folder
from foi.messages import Complaint, message
from ingest.project import is_checkout, project_folder

EXAMPLES = project_folder("examples")


def run_demo(home: Path) -> int:
    """Runs the main job on the examples; returns 0 when it ran, since violations are what the examples are for."""
    reports = EXAMPLES / "reports"
    if not reports.is_dir():
        raise Complaint(message("error.no_such_path", path=reports), 3)
    code = load_folder(reports, home, None, False)
    if code > 1:
        return code
    print()
    print(show_trend(home / "published.duckdb", Question("received", area="990101")))
    print()
    draft = "examples/draft.docx" if is_checkout() else shlex.quote(str(EXAMPLES / "draft.docx"))
    print(message("demo.next"), message("demo.commands", draft=draft), message("demo.first"), sep="\n")
    if is_checkout():
        print("  . .venv/bin/activate")
    print(f"  export FOI_HOME={shlex.quote(str(home))}", sep="\n")
    return 0
