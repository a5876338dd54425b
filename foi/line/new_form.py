"""`foi forms new 2027 --from 2021`: begin a form as a copy of another, with its years and its lines in the files that name every form."""

from __future__ import annotations

import re
from pathlib import Path

from foi.messages import Complaint, message
from ingest.law.forms import FORMS, every_form, load_forms

NATIONAL = re.compile(r"(?m)^( +with: \{forms: \[)(.*)$")  # signals.yaml, outdated_form: the forms that are in force for a year


def begin_form(name: str, source: str, folder: Path = FORMS) -> str:
    """Write the new form and its lines; what to do next. Nothing is written where it exists already or the old one is not known."""
    forms = load_forms()
    if source not in forms:
        raise Complaint(message("forms.new_from" if not source else "error.no_such_form", form=source, forms=", ".join(forms)), 2)
    if not re.fullmatch("20[0-9]{2}", name):
        raise Complaint(message("forms.new_name", form=name), 2)
    target, old = folder / f"{name}.yaml", folder / f"{source}.yaml"
    if target.exists() or name in every_form():
        raise Complaint(message("forms.new_exists", path=target), 2)
    if int(name) <= forms[source].first_year:
        raise Complaint(message("forms.new_earlier", form=name, source=source, year=forms[source].first_year), 2)
    measures, signals = (folder.parent / "rules" / name for name in ("measures.yaml", "signals.yaml"))
    texts = {path: path.read_text("utf-8") for path in (old, measures, signals)}
    written = {
        target: _copied(texts[old], name, source),
        old: _ended(texts[old], int(name) - 1),
        measures: _with_lines(texts[measures], name, source),
        signals: _in_force(texts[signals], name, source),
    }
    for path, text in written.items():
        path.write_text(text, "utf-8")
    return message("forms.new_done", path=target, form=name, source=source, year=int(name) - 1)


def _copied(text: str, name: str, source: str) -> str:
    """The form with its own name and years; the remark at its head and its notice are to be written anew."""
    begin = text.index("form:")
    text = f"# {message('forms.new_head', source=source)}\n{text[begin:]}"
    text = re.sub(r"(?m)^form: .*$", f'form: "{name}"', text, count=1)
    text = re.sub(r"(?m)^source: .*$", f"source: {message('forms.new_source')}", text, count=1)
    return re.sub(r"(?m)^in_force: \{[^}]*\}", f"in_force: {{from: {name}, to: null}}", text, count=1)


def _ended(text: str, year: int) -> str:
    """The form that is replaced, in force until the year before; one that had ended already stays as it is."""
    return re.sub(r"(?m)^(in_force: \{from: \d+, to: )null\}", rf"\g<1>{year}}}", text, count=1)


def _with_lines(text: str, name: str, source: str) -> str:
    """The loss table with a line of the new form above each line of the old one: for now every measure is what it was."""
    return re.sub(rf'(?m)^(  )"?{source}"?(: .*)$', rf'\g<1>"{name}"\g<2>\n\g<0>', text)


def _in_force(text: str, name: str, source: str) -> str:
    """The rule on outdated forms, which has to know which forms are national ones."""

    def named(found: re.Match[str]) -> str:
        return f'{found[1]}"{name}", {found[2]}' if f'"{source}"' in found[2] else found[0]

    return NATIONAL.sub(named, text, count=1)
