"""`foi withdraw`: take a report out of all tables with a reason, and put it back; nothing is deleted, and it counts from the next load."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from foi.messages import Complaint, message
from foi.owed.closing import although_closed
from foi.published import published
from foi.published.nearby import no_such_name
from ingest.home import Home
from ingest.landing.withdrawals import RESTORE, WITHDRAW, Withdrawal, note, read_withdrawals

# All files of the reports that are meant: the same report may lie at several paths, in other bytes too.
FILES = (
    "select document_id, min(file), any_value(unit_code), any_value(unit_name), any_value(report_year) from fct_inputs"
    " where report_id in (select report_id from {meant}) or ({aside}) group by document_id order by 2"
)
OF_FILE = "fct_inputs where file = $1"
ASIDE = "input_state = 'quarantined' and file = $1"  # no report; but a person may have seen to it
OF_UNIT = "fct_reports where $1 in (unit_code, unit_name) and report_year = $2"
TAKEN = (
    "select file, unit_code, unit_name, report_year, reason_found from fct_inputs where reason_code = 'withdrawn' order by file"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants taken out or put back: a file, or the report of a unit and year; why, and who they are."""

    file: str
    unit: str
    year: int
    why: str
    who: str | None = None

    @property
    def what(self) -> str:
        """What is meant, as a person named it."""
        return self.file or f"{self.unit} {self.year}"


def withdraw(home: Path, wish: Wish) -> list[str]:
    """Take a report out: every file that holds it, all its versions where unit and year are named; the files."""
    _check(wish)
    place = Home(home)
    taken = read_withdrawals(place.withdrawals)
    with published(place.published) as connection:
        meant, aside, values = _meant(wish)
        rows = connection.execute(FILES.format(meant=meant, aside=aside), values).fetchall()
        codes = sorted({code for _, _, code, _, _ in rows if code})
        if wish.unit and len(codes) > 1:
            raise Complaint("\n".join([message("trend.ambiguous", name=wish.unit), *(f"  {code}" for code in codes)]), 2)
        fresh = [row for row in rows if row[0] not in taken]
        if not fresh:
            raise _nothing(connection, wish, bool(rows or _of(taken, wish)))
    _note(place, WITHDRAW, wish, fresh)
    return [row[1] for row in fresh]


def restore(home: Path, wish: Wish) -> list[str]:
    """Put back what was taken out under this file, or unit and year; the files."""
    _check(wish)
    place = Home(home)
    rows = [
        (one.document_id, one.file, one.unit_code or None, one.unit_name or None, one.report_year or None)
        for one in _of(read_withdrawals(place.withdrawals), wish)
    ]
    if not rows:
        raise Complaint(message("withdraw.not_withdrawn", what=wish.what), 2)
    _note(place, RESTORE, wish, rows)
    return [row[1] for row in rows]


def unit_of(home: Path, wish: Wish) -> list[str]:
    """The codes of the units whose reports a wish is about; an empty one for a file whose unit is not known."""
    place = Home(home)
    taken = {one.unit_code for one in _of(read_withdrawals(place.withdrawals), wish)}
    with published(place.published) as connection:
        meant, aside, values = _meant(wish)
        rows = connection.execute(FILES.format(meant=meant, aside=aside), values).fetchall()
    return sorted(taken | {code or "" for _, _, code, _, _ in rows})


def withdrawals_now(home: Path) -> list[Withdrawal]:
    """What is withdrawn, the newest first; what was taken out since the last load counts from the next."""
    taken = read_withdrawals(Home(home).withdrawals).values()
    return sorted(taken, key=lambda one: one.decided_at, reverse=True)


def withdrawn(connection: Any) -> list[dict[str, Any]]:
    """The files that were taken out before the last load, each with its unit and year and why."""
    names = ("file", "unit_code", "unit_name", "report_year", "why")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(TAKEN).fetchall()]


def _check(wish: Wish) -> None:
    if bool(wish.file) == bool(wish.unit or wish.year) or (not wish.file and not (wish.unit and wish.year)):
        raise Complaint(message("withdraw.which"), 2)
    if not wish.why.strip():
        raise Complaint(message("decide.why"), 2)


def _meant(wish: Wish) -> tuple[str, str, list[Any]]:
    """Which reports are meant, which files that were set aside, and the values of the question."""
    return (OF_FILE, ASIDE, [wish.file]) if wish.file else (OF_UNIT, "false", [wish.unit, wish.year])


def _of(taken: dict[str, Withdrawal], wish: Wish) -> list[Withdrawal]:
    """The withdrawals in force that a wish is about."""
    if wish.file:
        return [one for one in taken.values() if one.file == wish.file]
    return [one for one in taken.values() if wish.unit in (one.unit_code, one.unit_name) and one.report_year == wish.year]


def _nothing(connection: Any, wish: Wish, is_known: bool) -> Complaint:
    """Why there is nothing to take out: it is out already, or there is no such report."""
    if is_known:
        return Complaint(message("withdraw.already", what=wish.what), 2)
    if wish.file:
        return Complaint(message("withdraw.no_file", file=wish.file), 2)
    reports = (
        "select distinct report_year from fct_reports where $1 in (unit_code, unit_name) and report_year is not null order by 1"
    )
    years = [str(year) for (year,) in connection.execute(reports, [wish.unit]).fetchall()]
    if not years:
        return no_such_name(connection, wish.unit)
    return Complaint(message("correct.no_report", unit=wish.unit, year=wish.year, years=", ".join(years)), 2)


def _note(place: Home, action: str, wish: Wish, rows: list[tuple[Any, ...]]) -> None:
    now, person = datetime.now(UTC).isoformat(timespec="seconds"), wish.who or getpass.getuser()
    files = message("gap.comma").join(file for _, file, *_ in rows)
    although_closed(
        place.root,
        [(code, year) for _, _, code, _, year in rows if year],
        message(f"year_lock.what_{action}", files=files),
        person,
    )
    made = [
        Withdrawal(now, person, action, document_id, file, code or "", name or "", year or 0, wish.why.strip())
        for document_id, file, code, name, year in rows
    ]
    note(place.withdrawals, *made)
