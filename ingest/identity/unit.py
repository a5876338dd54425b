"""Decide whose report a document is: evidence is weighed by the rule in words/identity.yaml, and what stays unclear stays open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from ingest.identity.evidence import Evidence, late_places, named_places, own_words
from ingest.identity.office import TITLED, Credit, credit
from ingest.identity.page import Page, words
from ingest.model import Candidate, Hints, Issue
from ingest.units import Registry, Resolution, Unit


@dataclass
class Decision:
    """The unit (None while open), the name to show, the candidates with their evidence, and what a person should know."""

    unit_code: str | None = None
    unit_name: str | None = None
    candidates: list[Candidate] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def decide_unit(page: Page, evidence: list[Evidence], hints: Hints, registry: Registry, year: int | None) -> Decision:
    """The unit that the evidence names: enough of it, and clearly more than for any other."""
    own, places = own_words(page), named_places(page, hints, registry)
    resolved = {e.value: Resolution(None, (), "unknown_name") for e in evidence}
    for name in resolved:
        resolved[name] = registry.resolve(name, places, year)
    if late := [name for name, why in resolved.items() if why.reason in words()["unit"]["late"]]:
        places += late_places(page, registry)
        again = {name: registry.resolve(name, places, year) for name in late}
        resolved |= {name: resolution for name, resolution in again.items() if resolution.unit}
    credited = credit(evidence, resolved, registry, places, year)
    decision = Decision(candidates=_candidates(evidence, resolved, credited))
    titled = [e for e in evidence if e.kind in TITLED]
    if hints.unit_code and registry.by_code(hints.unit_code) is None:
        decision.issues.append(Issue("unit_code_unknown", "error", "", hints.unit_code))
    elif hints.unit_code:
        _by_manifest(decision, hints.unit_code, titled, resolved, registry)
        return decision
    units = _weighed(evidence, resolved, credited, own, page.document.reader in words()["unit"]["pages"])
    points = {code: sum(words()["unit"]["points"][k] for k in kinds) for code, (_, kinds) in units.items()}
    for code, (unit, kinds) in units.items():
        points[code] += words()["unit"]["ours"] if kinds and _is_ours(unit, own) else 0
    best = max(points, key=lambda c: points[c], default=None)
    if best is None or points[best] < words()["unit"]["enough"]:
        _open(decision, evidence, resolved, credited)
        return decision
    counted = quiet() if units[best][1] - quiet() else set()  # what only the page says is believed while the page says one thing
    rivals = [c for c in points if c != best and points[best] - points[c] < words()["unit"]["lead"] and units[c][1] - counted]
    if rivals:
        found = "; ".join(f"{c} {units[c][0].full_name}" for c in (best, *rivals))
        decision.issues.append(Issue("unit_conflict", "error", "", found))
        decision.unit_name = next((e.value for e in titled), units[best][0].name)
        return decision
    unit = units[best][0]
    decision.unit_code, decision.unit_name = unit.unit_code, unit.name
    decision.issues += _contradictions(unit, evidence, credited, own)
    return decision


def quiet() -> set[str]:
    """Kinds of evidence that say who runs a page rather than whose report it is."""
    return set(words()["unit"]["quiet"])


def _candidates(evidence: list[Evidence], resolved: dict[str, Resolution], credited: Credit) -> list[Candidate]:
    found = []
    for e in evidence:
        unit = credited.units.get(e, resolved[e.value].unit)
        found.append(Candidate("unit", unit.unit_code if unit else e.value, e.kind, e.place, e.text))
        if not unit and e.kind == "title":
            found += [Candidate("unit", u.unit_code, "namesake", e.place, u.full_name) for u in resolved[e.value].candidates[:5]]
    return list(dict.fromkeys(found))


def _weighed(
    evidence: list[Evidence], resolved: dict[str, Resolution], credited: Credit, own: dict[str, int], is_page: bool
) -> dict[str, tuple[Unit, set[str]]]:
    """The units named, each with its kinds of evidence. A title that names a unit we cannot place admits only its namesakes."""
    open_titles = [resolved[e.value] for e in evidence if e.kind == "title" and not resolved[e.value].unit]
    named = any(e.kind == "title" and resolved[e.value].unit for e in evidence)
    namesakes = {u.unit_code for r in open_titles if r.reason in ("ambiguous_name", "needs_place") for u in r.candidates}
    units: dict[str, tuple[Unit, set[str]]] = {}
    kinds: dict[str, set[str]] = defaultdict(set)
    for e in evidence:
        unit = credited.units.get(e)
        if not unit or (open_titles and not named and unit.unit_code not in namesakes):
            continue
        if _is_doubtful(e.kind, unit, own, is_page and unit.unit_code not in credited.confirmed):
            continue
        kinds[unit.unit_code].add(e.kind)
        units[unit.unit_code] = (unit, kinds[unit.unit_code])
    return units


def _is_doubtful(kind: str, unit: Unit, own: dict[str, int], is_page: bool) -> bool:
    """Whether this kind of evidence may speak of who runs the page rather than of whose report it is."""
    is_unsure = kind in words()["unit"]["unsure"]
    if kind not in quiet() and not is_unsure:
        return False
    is_government = unit.level in ("province", "city", "county")
    return (is_government and (not is_unsure or is_page)) or bool(own and not _is_ours(unit, own))


def _is_ours(unit: Unit, own: dict[str, int]) -> bool:
    return any(unit.name.endswith(tuple(words()["ours"][end])) for end in own)


def _by_manifest(
    decision: Decision, code: str, titled: list[Evidence], resolved: dict[str, Resolution], registry: Registry
) -> None:
    unit = registry.by_code(code)
    decision.unit_code = code
    decision.unit_name = unit.name if unit else (titled[0].value if titled else code)
    decision.candidates.append(Candidate("unit", code, "manifest", "manifest.csv", code))
    names = [e.value for e in titled]
    said = {u.unit_code for e in titled if e.kind == "title" and (u := resolved[e.value].unit)}
    is_named = any(unit.name in n or n.endswith(unit.name) or n in unit.full_name for n in names) if unit else True
    if unit and names and (not is_named or (said and code not in said)):
        decision.issues.append(Issue("unit_conflict", "warning", titled[0].place, names[0], f"{code} {unit.name}"))


def _open(decision: Decision, evidence: list[Evidence], resolved: dict[str, Resolution], credited: Credit) -> None:
    """No unit: which name was found and why it leads to none, or that none was found."""
    named = (e for kind in words()["unit"]["named_by"] for e in evidence if e.kind == kind)
    first = next(named, None)
    if first is None:
        decision.issues.append(Issue("unit_missing", "error"))
        return
    resolution, reason = resolved[first.value], resolved[first.value].reason
    units = [resolution.unit] if resolution.unit else list(resolution.candidates)
    if first.value in credited.undecided:
        reason, units = "office_or_owner", [credited.undecided[first.value], *units]
    elif resolution.unit:  # the name is known, and stands where it may only say who runs the page
        reason = "names_the_page"
    options = "; ".join(f"{u.unit_code} {u.full_name}" for u in units[:5])
    why = words()["unit_reasons"].get(reason, {"en": reason})["en"]
    decision.issues.append(Issue("unit_unmatched", "error", first.place, f"{first.value} ({why})", options or "–"))
    decision.unit_name = first.value


def _contradictions(unit: Unit, evidence: list[Evidence], credited: Credit, own: dict[str, int]) -> list[Issue]:
    """What was perhaps copied from another report: another unit named, or 我街道 in the report of a 乡."""
    issues = []
    for e in evidence:
        other = credited.units.get(e)
        if other and e.kind not in quiet() and other.area != unit.area:
            found = f"{other.full_name} ({e.place}: {e.text[:60]})"
            issues.append(Issue("wrong_unit_named", "warning", e.place, found, unit.full_name))
    foreign = {end: n for end, n in own.items() if not unit.name.endswith(tuple(words()["ours"][end]))}
    if foreign and unit.level in ("township", "department") and not _is_ours(unit, own) and max(foreign.values()) > 1:
        end = max(foreign, key=lambda k: foreign[k])
        issues.append(Issue("wrong_self_word", "hint", "", f"{words()['our'][0]}{end} × {foreign[end]}", unit.name))
    return list(dict.fromkeys(issues))
