"""Print what units answered (`foi answers`), what became of an answer just now, and what a reply sheet gave (`foi decide --from`)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from foi.access.actor import this_user
from foi.access.audit import note_command
from foi.letters.given import Sender, give
from foi.letters.proposals import STATES, Proposal, proposals, row_of, verdict_words
from foi.letters.reply import ReplyLine, read_reply
from foi.letters.reply_sheet import REPLY
from foi.letters.rulings import Ruled, accept
from foi.letters.standing import Wanted
from foi.messages import Complaint, json_of, message
from ingest.beijing import beijing
from ingest.home import Home


def show_answers(home: Home, wanted: Wanted, json: bool = False) -> str:
    """The answers that are meant, those that wait for a reviewer first."""
    found = proposals(home, wanted.area, wanted.year, wanted.states)
    if json:
        return json_of([row_of(one) for one in found])
    if not found:
        return message("answer.none")
    counts = Counter(one.state for one in found)
    summed = message("gap.comma").join(f"{message(f'answer.state_{s}')} {counts[s]}" for s in STATES if counts[s])
    return "\n".join([line for one in found for line in _lines(one)] + [summed])


def ruled_line(ruled: Ruled) -> str:
    """What became of an answer just now."""
    return message(f"answer.became_{ruled.became}", number=ruled.answer.number, unit=ruled.answer.unit_code, year=ruled.answer.report_year,
                   rule=ruled.answer.rule_id or "–")  # fmt: skip


def show_reply(home: Path, sheet: Path, who: str | None = None) -> tuple[str, int]:
    """Let the answers of a reply sheet count, line by line, for a reviewer who stands for the office; 1 if a line could not be used."""
    lines = read_reply(str(sheet), sheet)
    if not lines:
        return message("decide.no_answers", sheet=sheet), 0
    told = [_taken(Home(home), line, who) for line in lines]
    return "\n".join(text for text, _ in told), int(any(is_wrong for _, is_wrong in told))


def _taken(home: Home, line: ReplyLine, who: str | None) -> tuple[str, bool]:
    """An answer of a sheet as a proposal that is accepted at once; what to print, and whether it could not be used."""
    try:
        if line.given is None:
            raise Complaint(line.reason)
        person = line.who or who or ""
        if not person:
            place = f"{chr(65 + REPLY.index('who'))}{line.line}"
            raise Complaint(message("decide.reply_who", column=message("letter.reply_who"), place=place))
        sender = Sender(line.unit_code, line.report_year, line.letter, person, "sheet")
        new = give(home, sender, [line.given])
        if not new:
            return message("answer.said_before", line=line.line, rule=line.given.rule_id), False
        ruled = accept(home, new[0].number, who or this_user().name)
        about = f"answer {ruled.answer.number} {line.unit_code} {line.report_year} {line.given.rule_id}"
        note_command(home, "accept", about=about, after=f"{ruled.became} ({person}): {ruled.answer.why}")
        return ruled_line(ruled), False
    except Complaint as complaint:
        return message("decide.line", line=line.line, reason=str(complaint).splitlines()[0]), True


def _lines(one: Proposal) -> list[str]:
    answer = one.answer
    values = {"number": answer.number, "state": message(f"answer.state_{one.state}"), "unit": one.unit_name, "code": answer.unit_code,
              "year": answer.report_year, "letter": answer.letter or "–", "who": answer.who, "at": beijing(answer.at)}  # fmt: skip
    lines = [message("answer.line", **values)]
    if one.asked:
        lines.append(f"    {one.asked.text.shown}")
    lines.append(f"    {message(f'answer.{answer.kind}')}" + (f" {answer.file}" if answer.file else ""))
    if answer.why:
        lines.append(f"    {message('answer.why_line', why=answer.why)}")
    lines += [f"    {message('letter.change', cell=name, before=before, after=after)}" for name, before, after in one.cells]
    if one.state == "pending":
        lines.append(f"    {verdict_words(one)}")
        lines += [f"      {after.rule_id}  {after.meaning}" for after in (one.judged.broken if one.judged else ())]
    if one.ruling and one.state != "pending":
        lines.append(f"    {message('answer.ruled', who=one.ruling.who, at=beijing(one.ruling.at), why=one.ruling.why or '–')}")
    return lines
