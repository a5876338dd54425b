"""The files that were handed in, as the published warehouse knows them."""

from __future__ import annotations

from typing import Any

from ingest.model import Issue
from ingest.words.issues import issue_text

HANDED_IN = "split_part(file, '!/', 1)"  # the file as it was handed in: for a member of an archive, the archive


def set_aside(connection: Any, files: list[str] | None = None, settled: list[str] | None = None) -> list[dict[str, Any]]:
    """The quarantined files with the reason in words, without what is `settled`; of these files only, if given."""
    rows = connection.execute(
        "select file, reason_code, reason_place, reason_found, reason_expected from fct_inputs"
        " where input_state = 'quarantined' and reason_code is distinct from 'withdrawn'"
        f" and ($1 is null or list_contains($1, {HANDED_IN})) and list_contains($2, document_id) is not true order by file",
        [files, settled or []],
    ).fetchall()
    found = []
    for file, code, *details in rows:
        reason = issue_text(Issue(code, "error", *(d or "" for d in details)))
        found.append({"file": file, "code": code, "reason": reason})
    return found
