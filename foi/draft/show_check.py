"""Print whether a draft is right (`foi check`): in sentences, as JSON, as a page."""

from __future__ import annotations

import json
from pathlib import Path

from foi.draft.check import Checked, check_file
from foi.draft.record import check_record
from foi.draft.sentences import check_lines, refused_lines
from foi.messages import Complaint, message
from ingest.model import Hints
from ingest.words.issues import why


def show_check(
    path: Path, home: Path, as_json: bool, page: Path | None = None, hints: Hints | None = None, corrected: Path | None = None
) -> tuple[str, int]:
    """What to print of a draft, and the exit code; the page with the marked cells and the corrected draft are written where one is named."""
    for option, written in (("--page", page), ("--corrected", corrected)):
        if written and written.resolve() == path.resolve():
            raise Complaint(message("check.page_is_draft", option=option, path=path), 2)
    checked = check_file(path, home, hints)
    is_corrected = corrected is not None and _write_corrected(corrected, path, checked, home, hints)
    is_marked = page is not None and not checked.is_refused
    if page and is_marked:
        _write_page(page, checked)
    if as_json:
        return json.dumps(check_record(checked), ensure_ascii=False), checked.exit_code
    verdict = checked.conclusion.text.shown
    if checked.is_refused:
        return "\n".join([*refused_lines(path, checked.report), verdict]), checked.exit_code
    marked = [message("check.page", page=page)] if is_marked else []
    if corrected:
        marked.append(message("check.repaired", file=corrected) if is_corrected else message("check.not_repaired"))
    return "\n".join([*check_lines(path, checked), *marked, "", verdict]), checked.exit_code


def _write_page(page: Path, checked: Checked) -> None:
    from foi.draft.marked_page import write_marked

    try:
        write_marked(page, checked)
    except OSError as error:
        raise Complaint(message("error.cannot_open", path=page, reason=why(error)), 2) from error


def _write_corrected(corrected: Path, draft: Path, checked: Checked, home: Path, hints: Hints | None) -> bool:
    """Whether there is a draft with the likely corrections, which is written then."""
    from foi.draft.repaired import repaired

    content = repaired(draft.read_bytes(), checked, home, hints)
    if content is None:
        return False
    try:
        corrected.write_bytes(content)
    except OSError as error:
        raise Complaint(message("error.cannot_open", path=corrected, reason=why(error)), 2) from error
    return True
