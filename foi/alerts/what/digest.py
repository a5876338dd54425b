"""What a recipient should hear now of the reports: what is new, worse, reopened, escalated or fixed, and how much is still open."""

from __future__ import annotations

from dataclasses import dataclass, field

from foi.alerts.post.ledger import Effects, Told
from foi.alerts.post.message import Message, Section
from foi.alerts.what.escalation import Risen
from foi.alerts.what.likely import Likely
from foi.alerts.what.novelty import novelty
from foi.alerts.what.problems import Problem, State
from foi.alerts.who.channels import Channel
from foi.alerts.who.subscriptions import Recipient
from foi.alerts.wording import chosen, pair, said

SIGNS = {"new": "+", "worse": "↑", "changed": "~", "incomplete": "○", "reopened": "!", "fixed": "-", "escalated": "▲"}
ALWAYS = ("new", "fixed", "open")  # counts that are told even where they are 0


@dataclass(frozen=True)
class News:
    """What one recipient does not know yet over one channel."""

    items: list[tuple[str, Problem]]  # what is with it (new, worse, changed, reopened, incomplete), and the problem
    risen: list[Risen]
    fixed: list[tuple[str, tuple[str, str]]]
    still_open: int
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        """All that is told of as wrong, what was escalated first."""
        return [r.problem for r in self.risen] + [p for _, p in self.items]


def news(recipient: Recipient, state: State, told: dict[str, Told], risen: list[Risen]) -> News:
    """Compare what is wrong now with what they were told before.

    Fixed is only what is proven right; what was blanked out, withdrawn or could not be checked stays open, silently. What was
    explained or waived is neither. A difference that shrank without vanishing is told of no more than one that stayed.
    """
    mine = {p.place: p for entry in recipient.entries for p in state.heard_by(entry)}
    up = {r.problem.place for r in risen}
    known = {place: told[place] for place in told if not place.startswith("ops|")}
    items = [(what, p) for p in mine.values() if p.place not in up and (what := novelty(p, known.get(p.place)))]
    fixed = [(place, known[place].texts) for place in known if place in state.right]
    gone = {p.place for _, p in items} | up | state.settled | state.right
    still_open = len((mine.keys() | known.keys()) - gone)
    kinds = [what for what, _ in items]
    counts = {
        "escalated": len(risen),
        **{what: kinds.count(what) for what in ("new", "worse", "changed", "reopened", "incomplete")},
    }
    return News(items, risen, fixed, still_open, {**counts, "fixed": len(fixed), "open": still_open})


def digest(recipient: Recipient, channel: Channel, found: News, likely: Likely) -> Message | None:
    """The message; none if nothing is new and nothing fixed."""
    if not (found.items or found.risen or found.fixed):
        return None
    problems = found.problems
    restarted = {p.place for what, p in found.items if what == "reopened"}
    effects = Effects(
        told=tuple((p.place, p.values_hash, p.texts) for p in problems),
        restarted=frozenset(restarted),
        escalated=frozenset(r.problem.place for r in found.risen),
        fixed=tuple(place for place, _ in found.fixed),
    )
    identity = (*(f"{what}{p.place}{p.values_hash}" for what, p in found.items), *(p.place + p.values_hash for p in problems),
                *effects.fixed)  # fmt: skip
    subject, title = subjects("digest", found.counts, recipient.languages)
    return Message(
        recipient, channel, "digest", subject, title, _sections(recipient, found, likely), identity, effects, found.counts
    )


def subjects(kind: str, counts: dict[str, int], languages: tuple[str, ...]) -> tuple[str, str]:
    """The subject in all languages, and in the first alone for the subject line of a mail."""
    shown = [pair(f"count_{what}", n=n) for what, n in counts.items() if n or what in ALWAYS]
    zh, en = (comma.join(texts) for comma, texts in zip(pair("comma"), zip(*shown, strict=True), strict=True))
    return said(kind, languages, counts=(zh, en)), said(kind, languages[:1], counts=(zh, en))


def _sections(recipient: Recipient, found: News, likely: Likely) -> tuple[Section, ...]:
    """Escalated ones first, then each unit, the unit with the worst violation first; what is fixed comes last."""

    def words(p: Problem) -> str:
        zh, en = (text + note for text, note in zip(p.texts, likely.corrections.note(p.report, p.rule_id), strict=True))
        return chosen((zh, en), languages)

    languages = recipient.languages
    units: dict[str, list[tuple[Problem, tuple[str, str, str]]]] = {}
    for r in sorted(found.risen, key=lambda r: r.problem.rank):
        told = said("told_to", languages, date=r.since.isoformat(), names=tuple(c.join(r.names) for c in pair("names_comma")))
        word = said("escalated", languages, days=r.days)
        line = (SIGNS["escalated"], word, f"{words(r.problem)} ({told})")
        units.setdefault(f"▲{r.problem.unit_code}", []).append((r.problem, line))
    for what, p in sorted(found.items, key=lambda item: item[1].rank):
        units.setdefault(p.unit_code, []).append((p, (SIGNS[what], said(what, languages), words(p))))
    sections = [
        Section(
            f"■ {lines[0][0].unit_name} ({lines[0][0].unit_code})",
            tuple(line for _, line in lines),
            tuple(likely.hints([p for p, _ in lines], languages)),
        )
        for lines in units.values()
    ]
    word = said("fixed", languages)
    fixed = tuple((SIGNS["fixed"], word, chosen(texts, languages)) for _, texts in found.fixed)
    return (*sections, *([Section("", fixed)] if fixed else []))
