"""Decisions on many violations in one act, and the undoing of one: all of its lines are written together, or none."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from expectations.decisions import ACTIONS, Decision, Ledger, append
from foi.answer.failing import DECIDED, Failing, Place, Wanted, failing, ledger_of, numbers_seen, place_seen, state_of
from foi.messages import Complaint, bilingual, message, word_of
from foi.owed.closing import although_closed
from foi.published import published
from foi.published.kept import by_itself
from ingest.home import Home
from ingest.home.ledger import held
from ingest.words.language import Text

WITHDRAW = "withdraw"
MOST = 5_000  # violations of one act
Refusal = Callable[[str], Text | None]  # why a person may not decide on a unit; None if they may


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to decide of many violations: what, why, and who they are; `may` says of which units they may not."""

    action: str
    why: str
    who: str
    may: Refusal = lambda _: None


@dataclass(frozen=True, slots=True)
class Refused:
    """A violation on which was not decided, and why."""

    unit_code: str
    unit_name: str
    year: int
    rule_id: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: the decisions that were written, how many stood there already, and what was refused."""

    act: str  # by what it is undone; empty where nothing was written
    decisions: tuple[Decision, ...]
    unchanged: int
    refused: tuple[Refused, ...]

    @property
    def reasons(self) -> list[tuple[Text, int, tuple[Refused, ...]]]:
        """Each reason with how many it refused, and which."""
        found: dict[Text, list[Refused]] = {}
        for one in self.refused:
            found.setdefault(one.reason, []).append(one)
        return [(reason, len(which), tuple(which)) for reason, which in found.items()]


@dataclass(frozen=True, slots=True)
class Act:
    """Decisions that one person made at one moment, and how many of them still count."""

    act: str
    decided_at: str
    who: str
    actions: tuple[tuple[str, int], ...]
    whys: tuple[str, ...]
    decisions: tuple[Decision, ...]
    in_force: tuple[Decision, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that it is about, those with most decisions first."""
        counts = Counter(d.rule_id.partition(".")[0] for d in self.decisions)
        return tuple(rule for rule, _ in counts.most_common())

    @property
    def can_be_undone(self) -> bool:
        """Whether there is anything left of it that was not decided anew."""
        return bool(self.in_force)


def decide_all(home: Home, seen: Sequence[str], wish: Wish, area: str = "", year: int = 0) -> Done:
    """Decide on many violations of an area and year at once; each is named by the signs of what was seen (`Failing.seen`).

    What is no violation any more, or has other numbers than those that were seen, is refused; so is what the person may not decide.
    """
    if wish.action not in ACTIONS:
        raise Complaint(message("decide.bad_action", found=wish.action[:40], options=message("gap.comma").join(ACTIONS)), 2)
    if not wish.why.strip():
        raise Complaint(message("desk.why_needed"), 2)
    if len(seen) > MOST:
        raise Complaint(message("desk.too_many", n=len(seen), most=MOST), 2)
    with held(home.decisions):  # nobody decides, or undoes, between what is read here and what is written
        return _decided(home, seen, wish, area, year)


def _decided(home: Home, seen: Sequence[str], wish: Wish, area: str, year: int) -> Done:
    with by_itself(), published(home.published) as connection:
        asked, within = {place_seen(signs) for signs in seen}, Wanted(area, year)
        now = {signs: one for one in failing(connection, home, within) if (signs := one.place_signs) in asked}
    made, refused, unchanged = [], [], 0
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    for signs in dict.fromkeys(seen):
        one = now.get(place_seen(signs))
        reason = _reason(one, signs, wish.may)
        if one and not reason and _is_so(one, wish):
            unchanged += 1
        elif reason := reason or (_decided_since(one, signs) if one else None):
            refused.append(_refused(one, reason))
        elif one:
            made.append(Decision(moment, wish.who, wish.action, *one.place, *one.sides, wish.why.strip()))
    _written(home, made, wish.who)
    return Done(_id(made[0]) if made else "", tuple(made), unchanged, tuple(refused))


def _written(home: Home, made: Sequence[Decision], who: str) -> None:
    """Write the decisions down together; a Complaint and none of them where a year is closed and no reason is given."""
    rules = message("gap.comma").join(sorted({one.rule_id.partition(".")[0] for one in made}))
    places = {(one.unit_code, one.report_year) for one in made}
    although_closed(home.root, places, message("year_lock.what_decide", n=len(made), rules=rules), who)
    append(home.decisions, *made)


def _reason(one: Failing | None, signs: str, may: Refusal) -> Text | None:
    """Why it is not decided on; None if it can be."""
    if one is None:
        return bilingual("desk.refused_gone")
    if not one.is_decidable:
        return bilingual("desk.refused_unknown")
    return may(one.unit_code) or (bilingual("desk.refused_changed") if numbers_seen(one.seen) != numbers_seen(signs) else None)


def _decided_since(one: Failing, signs: str) -> Text | None:
    """That somebody decided since the page was made: who decides over another has seen what that one decided."""
    if one.seen == signs or one.decision is None:
        return None
    last = one.decision
    return bilingual("desk.refused_decided", who=last.who, action=word_of("decide", last.action), why=last.why)


def _refused(one: Failing | None, reason: Text) -> Refused:
    return Refused(one.unit_code, one.unit_name, one.year, one.rule_id, reason) if one else Refused("", "", 0, "", reason)


def _is_so(one: Failing, wish: Wish) -> bool:
    """Whether just this was decided before."""
    last = one.decision
    return last is not None and (last.action, last.left, last.right, last.why) == (wish.action, *one.sides, wish.why.strip())


def undo(home: Home, act: str, who: str, may: Refusal = lambda _: None) -> Done:
    """Undo an act: what was decided before it holds again, and where nothing was, its decision is withdrawn.

    What was decided anew since stays as it is.
    """
    with held(home.decisions):
        return _undone(home, act, who, may)


def _undone(home: Home, act: str, who: str, may: Refusal) -> Done:
    found = act_of(home, act)
    before = _before(home, found)
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    made: list[Decision] = []
    refused: list[Refused] = []
    in_force = {place_of(one) for one in found.in_force}
    for one in found.decisions:
        reason = may(one.unit_code) or (None if place_of(one) in in_force else bilingual("desk.refused_decided_anew"))
        if reason:
            refused.append(Refused(one.unit_code, one.unit_code, one.report_year, one.rule_id, reason))
            continue
        action, why = _held(one, before.get(place_of(one))) or (WITHDRAW, message("desk.undone", act=found.act))
        made.append(Decision(moment, who, action, *place_of(one), one.left, one.right, why))
    _written(home, made, who)
    return Done(_id(made[0]) if made else "", tuple(made), 0, tuple(refused))


def undo_decision(home: Home, place: Place, made: Callable[[Decision], bool], who: str, why: str) -> bool:
    """Take back what was decided last of a violation, if it is the decision that is meant (`made`): what held before holds again.

    False, and nothing is written, where somebody decided anew since.
    """
    with held(home.decisions):
        told = history(home, [place])[place]
        if not told or not made(told[-1]):
            return False
        last = told[-1]
        action, words = _held(last, told[-2] if len(told) > 1 else None) or (WITHDRAW, why)
        moment = datetime.now(UTC).isoformat(timespec="microseconds")
        _written(home, [Decision(moment, who, action, *place, last.left, last.right, words)], who)
        return True


def _held(one: Decision, earlier: Decision | None) -> tuple[str, str] | None:
    """What held before a decision, and why; None where nothing did, or on other numbers."""
    if earlier is None or earlier.action not in DECIDED or state_of(earlier, (one.left, one.right)) == "reopened":
        return None
    return earlier.action, earlier.why


def acts(home: Home) -> list[Act]:
    """Every act, the newest first; what `foi decide` wrote is an act too."""
    ledger, _ = ledger_of(home)
    found = []
    for (moment, who), lines in groupby(ledger.decisions, key=lambda d: (d.decided_at, d.who)):
        made = tuple(lines)
        in_force = tuple(one for one in made if _last(ledger, one) == one)
        actions = Counter(one.action for one in made)
        whys = tuple(dict.fromkeys(one.why for one in made))
        found.append(Act(_id(made[0]), moment, who, tuple(actions.most_common()), whys, made, in_force))
    return found[::-1]


def act_of(home: Home, act: str) -> Act:
    """An act by its name; a Complaint where there is none."""
    for one in acts(home):
        if one.act == act:
            return one
    raise Complaint(message("desk.no_act", act=act[:40]), 3)


def history(home: Home, places: Iterable[Place]) -> dict[Place, list[Decision]]:
    """All that was decided of some violations, the oldest first."""
    wanted: dict[Place, list[Decision]] = {place: [] for place in places}
    for one in ledger_of(home)[0].decisions:
        if (found := wanted.get(place_of(one))) is not None:
            found.append(one)
    return wanted


def place_of(one: Decision) -> Place:
    """Which violation a decision is about."""
    return one.unit_code, one.report_year, one.rule_id


def _last(ledger: Ledger, one: Decision) -> Decision | None:
    """What was decided last of the violation that a decision is about."""
    return ledger.last({"unit_code": one.unit_code, "report_year": one.report_year, "rule_id": one.rule_id})


def _before(home: Home, act: Act) -> dict[Place, Decision]:
    """What was decided last of each violation of an act, before it."""
    wanted = {place_of(one) for one in act.decisions}
    found: dict[Place, Decision] = {}
    for one in ledger_of(home)[0].decisions:
        if one == act.decisions[0]:
            break
        if place_of(one) in wanted:
            found[place_of(one)] = one
    return found


def _id(first: Decision) -> str:
    """A short name for the act whose first decision this is."""
    told = "|".join((first.decided_at, first.who, first.unit_code, str(first.report_year), first.rule_id))
    return hashlib.sha256(told.encode()).hexdigest()[:12]
