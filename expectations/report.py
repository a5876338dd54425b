"""The page that says what was checked; it needs no network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from expectations.messages import texts


def write_page(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write expectations.html: failures in words, checks that could not run, checks that passed."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
    by_status = {s: [r for r in rows if r["status"] == s] for s in ("failed", "broken", "passed")}
    page = templates.get_template("expectations.html").render(t=texts()["page"], **by_status)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text(page, "utf-8")
    os.replace(scratch, path)
