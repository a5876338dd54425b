"""What is to be told of a folder beside its reports: lines of manifest.csv that fit no file or no unit, and what was passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.messages import Complaint, message
from ingest.home import Home
from ingest.landing.inbox import Listing
from ingest.model import Issue
from ingest.units import Registry
from ingest.units.known import registry_of
from ingest.words.issues import issue_text

SHOWN = 5
MOST = 20  # lines of a manifest that are told one by one
KNOWN = "select distinct file from fct_inputs semi join (select unnest($1::varchar[]) as file) as named using (file)"


def manifest_issues(listing: Listing, registry: Registry, connection: Any) -> list[Issue]:
    """Each line of a manifest that fits no file (members of archives are known once they are loaded) or names an unknown unit."""
    named = [*listing.manifest.of_members]
    lost = listing.unmatched({file for (file,) in connection.execute(KNOWN, [named]).fetchall()} if named else set())
    found = [Issue("manifest_no_file", "error", line.place, line.written) for line in lost]
    for line in [*listing.manifest.lines.values(), *listing.manifest.unmatched]:
        code = line.hints.unit_code
        if code and registry.by_code(code) is None:
            found.append(Issue("manifest_unknown_unit", "error", line.place, code, near_units(registry, code)))
    return sorted(found, key=lambda issue: (issue.place.rpartition(":")[0], int(issue.place.rpartition(":")[2])))


def known_code(home: Path, code: str) -> str:
    """A unit's code that a person gave, if the official list or the home's own units have it; a Complaint names those near it."""
    registry = registry_of(Home(home))
    if registry.by_code(code) is None:
        raise Complaint(message("error.no_such_unit_code", code=code, near=near_units(registry, code)), 2)
    return code


def near_units(registry: Registry, code: str) -> str:
    """The units whose codes or names are nearest to what was given, with their codes."""
    return ", ".join(f"{u.unit_code} {u.full_name}" for u in registry.near(code, SHOWN))


def listing_lines(listing: Listing, issues: list[Issue]) -> list[str]:
    """The lines for a person: what is wrong with the manifest, what of it was not used, and in one line what was passed over."""
    lines = [message("load.manifest", n=len(issues))] if issues else []
    lines += [f"  {issue_text(issue).shown}" for issue in issues[:MOST]]
    if len(issues) > MOST:
        lines.append(f"  {message('load.more_lines', n=len(issues) - MOST)}")
    lines += [issue_text(note).shown for note in listing.manifest.notes]
    if names := listing.passed_over:
        shown = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
        lines.append(message("load.passed_over", n=len(names), names=shown))
    return lines
