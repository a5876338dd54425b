"""What a recipient should hear now of the reports: what is new, worse, reopened, escalated or fixed, and how much is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from foi.alerts.post.ledger import Effects, Told
from foi.alerts.post.message import EMPTY, Line, Message, Section
from foi.alerts.what.after_closing import AfterClosing
from foi.alerts.what.escalation import Risen
from foi.alerts.what.likely import Likely
from foi.alerts.what.novelty import novelty
from foi.alerts.what.problems import APART, Problem, State
from foi.alerts.what.unanswered import Unanswered
from foi.alerts.who.channels import Channel
from foi.alerts.who.subscriptions import Recipient
from foi.messages import bilingual, joined
from ingest.words.language import Text

SIGNS = {
    "new": "+",
    "worse": "↑",
    "changed": "~",
    "incomplete": "○",
    "reopened": "!",
    "fixed": "-",
    "escalated": "▲",
    "unanswered": "?",
    "after_closing": "»",
}
ALWAYS = ("new", "fixed", "open")  # counts that are told even where they are 0


@dataclass(frozen=True)
class News:
    """What one recipient does not know yet over one channel."""

    items: list[tuple[str, Problem]]  # what is with it (new, worse, changed, reopened, incomplete), and the problem
    risen: list[Risen]
    fixed: list[tuple[str, Text]]
    still_open: int
    counts: dict[str, int] = field(default_factory=dict)
    unanswered: tuple[Unanswered, ...] = ()
    after_closing: tuple[AfterClosing, ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """All that is told of as wrong, what was escalated first."""
        return [r.problem for r in self.risen] + [p for _, p in self.items]


@dataclass(frozen=True)
class Beside:
    """What is told beside the problems of reports: letters without an answer, and changes in years that were closed."""

    unanswered: Sequence[Unanswered] = ()
    after_closing: Sequence[AfterClosing] = ()


NOTHING = Beside()


def news(recipient: Recipient, state: State, told: dict[str, Told], risen: list[Risen], beside: Beside = NOTHING) -> News:
    """Compare what is wrong now with what they were told before.

    Fixed is only what is proven right; what was blanked out, withdrawn or could not be checked stays open, silently. What was
    explained or waived is neither. A difference that shrank without vanishing is told of no more than one that stayed.
    """
    mine = {p.place: p for entry in recipient.entries for p in state.heard_by(entry)}
    up = {r.problem.place for r in risen}
    known = {place: told[place] for place in told if not place.startswith(APART)}
    items = [(what, p) for p in mine.values() if p.place not in up and (what := novelty(p, known.get(p.place)))]
    fixed = [(place, known[place].text) for place in known if place in state.right]
    gone = {p.place for _, p in items} | up | state.settled | state.right
    still_open = len((mine.keys() | known.keys()) - gone)
    kinds = [what for what, _ in items]
    counts = {
        "escalated": len(risen),
        **{what: kinds.count(what) for what in ("new", "worse", "changed", "reopened", "incomplete")},
    }
    unanswered = tuple(one for one in beside.unanswered if one.place not in told and one.concerns(recipient))
    changed = tuple(one for one in beside.after_closing if one.place not in told and one.concerns(recipient))
    for what, n in (("unanswered", len(unanswered)), ("after_closing", len(changed))):
        counts |= {what: n} if n else {}
    counts |= {"fixed": len(fixed), "open": still_open}
    return News(items, risen, fixed, still_open, counts, unanswered, changed)


def digest(recipient: Recipient, channel: Channel, found: News, likely: Likely) -> Message | None:
    """The message; none if nothing is new and nothing fixed."""
    if not (found.items or found.risen or found.fixed or found.unanswered or found.after_closing):
        return None
    problems = found.problems
    restarted = {p.place for what, p in found.items if what == "reopened"}
    effects = Effects(
        told=(
            *((p.place, p.values_hash, p.text) for p in problems),
            *((one.place, one.day, one.text) for one in found.unanswered),
            *((one.place, one.at, one.text) for one in found.after_closing),
        ),
        restarted=frozenset(restarted),
        escalated=frozenset(r.problem.place for r in found.risen),
        fixed=tuple(place for place, _ in found.fixed),
    )
    identity = (*(f"{what}{p.place}{p.values_hash}" for what, p in found.items), *(p.place + p.values_hash for p in problems),
                *effects.fixed, *(one.place for one in found.unanswered), *(one.place for one in found.after_closing))  # fmt: skip
    subject = subject_of("digest", found.counts)
    return Message(recipient, channel, "digest", subject, _sections(found, likely), identity, effects, found.counts)


def subject_of(kind: str, counts: dict[str, int]) -> Text:
    """What the message is and how much it tells of each kind."""
    shown = [bilingual(f"alerts.count_{what}", n=n) for what, n in counts.items() if n or what in ALWAYS]
    return bilingual(f"alerts.{kind}", counts=joined(shown, "alerts.comma"))


def _sections(found: News, likely: Likely) -> tuple[Section, ...]:
    """Escalated ones first, then each unit, the unit with the worst violation first; what is fixed comes last."""
    units: dict[str, list[tuple[Problem, Line]]] = {}
    for r in sorted(found.risen, key=lambda r: r.problem.rank):
        units.setdefault(f"▲{r.problem.unit_code}", []).append((r.problem, _risen(r, likely)))
    for what, p in sorted(found.items, key=lambda item: item[1].rank):
        line = Line(SIGNS[what], bilingual(f"alerts.{what}"), _with_note(p, likely))
        units.setdefault(p.unit_code, []).append((p, line))
    sections = [
        Section(
            Text(*[f"■ {lines[0][0].unit_name} ({lines[0][0].unit_code})"] * 2),
            tuple(line for _, line in lines),
            tuple(likely.hints([p for p, _ in lines])),
        )
        for lines in units.values()
    ]
    if found.unanswered:
        lines = tuple(Line(SIGNS["unanswered"], bilingual("alerts.letter_unanswered"), one.text) for one in found.unanswered)
        sections.append(Section(bilingual("alerts.heading_unanswered"), lines))
    if found.after_closing:
        lines = tuple(Line(SIGNS["after_closing"], bilingual("alerts.after_closing"), one.text) for one in found.after_closing)
        sections.append(Section(bilingual("alerts.heading_after_closing"), lines))
    fixed = tuple(Line(SIGNS["fixed"], bilingual("alerts.fixed"), text) for _, text in found.fixed)
    return (*sections, *([Section(EMPTY, fixed)] if fixed else []))


def _risen(r: Risen, likely: Likely) -> Line:
    """What was escalated, with who was told of it when."""
    names = joined(r.names, "alerts.names_comma")
    told = bilingual("alerts.told_to", date=r.since.isoformat(), names=names)
    sentence = Text(*(f"{text} ({note})" for text, note in zip(_with_note(r.problem, likely), told, strict=True)))
    return Line(SIGNS["escalated"], bilingual("alerts.escalated", days=r.days), sentence)


def _with_note(p: Problem, likely: Likely) -> Text:
    """The sentence of a violation, and what our correction has to do with it."""
    note = likely.corrections.note(p.report, p.rule_id)
    return Text(*(text + more for text, more in zip(p.text, note, strict=True)))
