"""Where a series breaks: between years whose forms do not count the same, with the reason in both languages."""

from __future__ import annotations

from typing import Any

from foi.ask.boundary_breaks import at_break
from foi.messages import bilingual, joined
from foi.published.kept import once
from ingest.words.language import Text

# From the strongest to the weakest: a change is as bad as the worst of its forms.
WORST = ("different", "not_asked", "narrower", "wider", "same")


class Meaning:
    """What one measure, or the measures of a rate, are in each form (core.measure_by_form)."""

    def __init__(self, connection: Any, measures: tuple[str, ...]) -> None:
        query = (
            "select distinct form, relation, note_zh, note_en, list_position($1::varchar[], measure) from measure_by_form"
            " where list_contains($1::varchar[], measure) order by 5, 1"
        )
        self._forms: dict[str, list[tuple[str, str | None, str | None]]] = {}
        for form, relation, zh, en, _ in connection.execute(query, [list(measures)]).fetchall():
            self._forms.setdefault(form, []).append((relation, zh, en))
        found = connection.execute(
            "select distinct split_part(source_code, '.', 1) from measure_by_form where measure = $1 and relation = 'same'"
            " and not starts_with(source_code, 'statistics.')",
            [measures[0]],
        ).fetchall()
        self.table = found[0][0] if found else "requests"

    def change(self, before: frozenset[str], now: frozenset[str]) -> list[Text]:
        """The note on a year whose forms are not those of the year before; nothing where they are the same or unknown."""
        if not before or not now or before == now:
            return []
        # Forms that both years share are in both sums; only what came or went can break the series.
        changed = sorted(before ^ now)
        told = [entry for form in changed for entry in self._forms.get(form, [])]
        relations = {entry[0] for entry in told}
        if relations == {"not_asked"}:
            return []  # neither has the number, so there is nothing to compare
        alike = {tuple(self._forms.get(f, ())) for f in before} == {tuple(self._forms.get(f, ())) for f in now}
        relation = "same" if alike and relations else next((r for r in WORST if r in relations), None)
        change = bilingual("trend.form_change", old=_listed(before), new=_listed(now))
        if relation:
            change = bilingual("trend.relation", change=change, relation=bilingual(f"trend.relation_{relation}"))
        notes = list(dict.fromkeys(Text(zh or en or "", en or zh or "") for _, zh, en in told if zh or en))
        if notes:
            change = bilingual("trend.why", change=change, notes=joined(notes, "gap.semicolon"))
        return [change if relation == "same" else at_break(change)]


def meaning_of(connection: Any, measures: tuple[str, ...]) -> Meaning:
    """What a measure, or the measures of a rate, are in each form."""
    found: Meaning = once((Meaning, measures), lambda: Meaning(connection, measures))
    return found


def _listed(forms: frozenset[str]) -> str:
    return ", ".join(sorted(forms))
