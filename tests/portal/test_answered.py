"""A page of a report is made once, and anew as soon as anything that it shows was changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from foi.answer.decide import Wish, decide
from foi.messages import bilingual
from foi.published import published
from ingest.home import Home
from tests.portal.serving import served, signed_in

WHY = "示例：已与原件核对"


def test_a_report_is_made_anew_after_a_decision_and_when_its_original_is_gone(loaded: Path, tmp_path: Path):
    home = Home(Path(shutil.copytree(loaded, tmp_path / "home", symlinks=True)))
    with published(home.published) as connection:
        report, unit, year, rule, document = connection.execute(
            "select report_id, r.unit_code, r.report_year, r.rule_id, p.document_id from violations as r join fct_reports as p"
            " using (report_id) where r.severity = 'error' and r.decision = 'open' and p.is_current order by all limit 1"
        ).fetchone()
    with served(home.root) as client:
        first = client.get(f"/report/{report}")
        assert first.status_code == 200 and WHY not in first.text
        seen = {"if-none-match": first.headers["etag"]}
        assert client.get(f"/report/{report}", headers=seen).status_code == 304
        decide(home.root, Wish(unit, year, rule, "explain", WHY, "示例审核员"))
        decided = client.get(f"/report/{report}", headers=seen)
        assert decided.status_code == 200 and WHY in decided.text
        (original,) = (home.originals / document[:2]).glob(f"{document}*")
        original.unlink()
        gone = bilingual("trace.original_gone", document=document[:16]).zh
        for path in (f"/report/{report}", f"/report/{report}/document"):
            assert gone in client.get(path).text


def test_of_a_report_the_pages_with_a_name_on_them_are_kept_for_nobody(loaded: Path, tmp_path: Path):
    home = Home(Path(shutil.copytree(loaded, tmp_path / "home", symlinks=True)))
    with published(home.published) as connection:
        (report,) = connection.execute("select min(report_id) from fct_reports").fetchone()
    with served(home.root) as client, signed_in(client, home.root, "admin") as admin:
        mine = admin.get(f"/report/{report}")
        assert "示例admin" in mine.text and "etag" not in mine.headers
        others = client.get(f"/report/{report}")
        assert "示例admin" not in others.text and "etag" in others.headers
        assert "示例admin" in admin.get(f"/report/{report}").text
