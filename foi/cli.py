"""The program `foi`: load reports, see what is wrong, ask questions. Exit codes: 0 fine, 1 violations, 2 wrong use, 3 nothing readable."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from foi.access.commands import token_app
from foi.alerts.commands import alerts
from foi.although import although, give_reason
from foi.letters.commands import answers_app, letter
from foi.messages import Complaint, message
from foi.options import HOME, AlthoughOption, AsOfOption, HomeOption, JsonOption, YearOption
from foi.owed.commands import lock, roster_app, unlock
from foi.questions import audit, export, progress, rollup, trend
from foi.resident import hand_over
from foi.spoken import Commands, choose_language
from foi.terminal import print_anywhere
from portal import command

# New objects until Python looks for garbage: importing the engines makes millions that stay, and looking through them again and again
# takes a fifth of the time.
GARBAGE = 50_000

app = Commands(help="help.foi")
units = Commands(help="help.units")
app.add_typer(units, name="units")
app.add_typer(roster_app, name="roster")
app.add_typer(alerts, name="alerts")
app.add_typer(token_app, name="token")
app.add_typer(answers_app, name="answers")
app.command(help="help.progress")(progress)
app.command(help="help.trend")(trend)
app.command(help="help.lock")(lock)
app.command(help="help.unlock")(unlock)
app.command(help="help.rollup")(rollup)
app.command(help="help.export")(export)
app.command(help="help.letter")(letter)
app.command(help="help.portal")(command.portal)
app.command(help="help.audit")(audit)


def main() -> None:
    """Run the program; what a person did wrong becomes one sentence, never a traceback."""
    print_anywhere()
    gc.set_threshold(GARBAGE, 20, 50)
    try:
        sys.exit(run(sys.argv[1:]))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit(130)


def run(words: list[str]) -> int:
    """Carry out a command, given by its words; returns its exit code."""
    try:
        with although(""):  # what a command gives as its reason ends with it
            exit_code = typer.main.get_command(app)(choose_language(words), prog_name="foi", standalone_mode=False)
        return exit_code if isinstance(exit_code, int) else 0
    except Exception as error:
        from foi.faults import fault

        complaint = fault(error)
        if complaint is None:
            raise
        print(complaint, file=sys.stderr)
        return complaint.exit_code


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"foi {version('foi')}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_show_version, help="help.version")] = False,
) -> None:
    pass


@app.command(help="help.read")
def read(
    files: Annotated[list[Path], typer.Argument(help="help.files")], home: HomeOption = HOME, json: JsonOption = False
) -> None:
    from foi.draft.show_read import show_read

    raise typer.Exit(show_read(files, json, home))


@app.command(help="help.check")
def check(
    draft: Annotated[Path, typer.Argument(help="help.draft")],
    home: HomeOption = HOME,
    unit_code: Annotated[str, typer.Option("--unit-code", help="help.unit_code")] = "",
    year: YearOption = 0,
    page: Annotated[Path | None, typer.Option("--page", help="help.page")] = None,
    corrected: Annotated[Path | None, typer.Option("--corrected", help="help.corrected")] = None,
    json: JsonOption = False,
) -> None:
    from foi.draft.show_check import show_check
    from foi.line.handed_in import known_code
    from ingest.model import Hints

    hints = Hints(unit_code=known_code(home, unit_code) if unit_code else None, report_year=year or None)
    text, exit_code = show_check(draft, home, json, page, hints, corrected)
    print(text)
    raise typer.Exit(exit_code)


@app.command(help="help.load")
def load(
    folder: Annotated[Path, typer.Argument(help="help.folder")],
    home: HomeOption = HOME,
    recipients: Annotated[Path | None, typer.Option(help="help.recipients")] = None,
    json: JsonOption = False,
) -> None:
    hand_over(home)
    from foi.faults import require

    require("warehouse")
    from foi.line.load import load_folder

    raise typer.Exit(load_folder(folder, home, recipients, json))


@app.command(help="help.refresh", hidden=True)
def refresh(home: HomeOption = HOME) -> None:
    hand_over(home)
    from foi.faults import require

    require("warehouse")
    from foi.line.up_to_date import bring_all_up_to_date
    from ingest.home import Home

    came = bring_all_up_to_date(Home(home.resolve()))
    print(came.why.shown if came.why else came.said)
    raise typer.Exit(int(came.failed))


@app.command(help="help.serve")
def serve(
    home: HomeOption = HOME,
    inbox: Annotated[Path | None, typer.Option("--inbox", envvar="FOI_INBOX", help="help.inbox")] = None,
    portal: Annotated[int | None, typer.Option("--portal", help="help.serve_portal", min=1, max=65535)] = None,
    systemd: Annotated[bool, typer.Option("--systemd", help="help.systemd")] = False,
    worker: Annotated[int, typer.Option("--worker", hidden=True)] = 0,
) -> None:
    from foi.serve import begin

    if systemd:
        print(begin.unit_file(home, inbox, portal), end="")
    else:
        raise typer.Exit(begin.work(worker, home, run) if worker else begin.serve(home, inbox, portal))


@app.command(help="help.demo")
def demo(home: HomeOption = Path("foi-demo")) -> None:
    from foi.faults import require
    from foi.line.demo import run_demo

    require("warehouse")
    raise typer.Exit(run_demo(home))


@app.command(help="help.doctor")
def doctor(
    verify: Annotated[bool, typer.Option("--verify", help="help.verify")] = False,
    compare: Annotated[bool, typer.Option("--rebuild-and-compare", help="help.compare")] = False,
    home: HomeOption = HOME,
    json: JsonOption = False,
) -> None:
    if verify:
        from foi.line.verify import show_verified, verify_home

        verified = verify_home(home)
        print(show_verified(verified, json))
        raise typer.Exit(verified.exit_code)
    if compare:
        from foi.line.rebuild import compare_home

        raise typer.Exit(compare_home(home, json))
    from foi.line.doctor import show_abilities

    print(show_abilities(json))


@app.command(help="help.forms")
def forms(
    form: Annotated[str, typer.Argument(help="help.form")] = "",
    new: Annotated[str, typer.Argument(help="help.new_form")] = "",
    cells: Annotated[bool, typer.Option("--cells", help="help.cells")] = False,
    source: Annotated[str, typer.Option("--from", help="help.form_from")] = "",
) -> None:
    from foi.ask.show_dictionary import show_cells, show_form, show_forms

    if form == "new":
        from foi.line.new_form import begin_form

        print(begin_form(new, source))
        return
    if cells and not form:
        raise Complaint(message("forms.which"))
    print(show_cells(form) if cells else show_form(form) if form else show_forms())


@app.command(help="help.decide")
def decide(
    unit: Annotated[str, typer.Option("--unit", help="help.unit")] = "",
    year: YearOption = 0,
    rule: Annotated[str, typer.Option("--rule", help="help.rule")] = "",
    action: Annotated[str, typer.Option("--action", help="help.action")] = "",
    why: Annotated[str, typer.Option("--why", help="help.why")] = "",
    who: Annotated[str | None, typer.Option("--who", help="help.who")] = None,
    reply: Annotated[Path | None, typer.Option("--from", help="help.reply")] = None,
    reason: AlthoughOption = "",
    home: HomeOption = HOME,
    json: JsonOption = False,
) -> None:
    hand_over(home, bool(reply or unit), waits=False)
    give_reason(reason)
    from foi.answer.decide import Wish
    from foi.answer.show_decide import show_decide, show_decisions

    if reply:
        from foi.letters.show_answers import show_reply

        text, exit_code = show_reply(home, reply, who)
        print(text)
        raise typer.Exit(exit_code)
    print(show_decide(home, Wish(unit, year, rule, action, why, who)) if unit else show_decisions(home, json))


@app.command(help="help.correct")
def correct(
    unit: Annotated[str, typer.Option("--unit", help="help.unit")] = "",
    year: YearOption = 0,
    cell: Annotated[str, typer.Option("--cell", help="help.cell")] = "",
    before: Annotated[str, typer.Option("--from", help="help.before")] = "",
    after: Annotated[str, typer.Option("--to", help="help.after")] = "",
    why: Annotated[str, typer.Option("--why", help="help.why")] = "",
    evidence: Annotated[str, typer.Option("--evidence", help="help.evidence")] = "",
    who: Annotated[str | None, typer.Option("--who", help="help.who")] = None,
    correction: Annotated[str, typer.Option("--correction", help="help.correction")] = "",
    status: Annotated[str, typer.Option("--status", help="help.correction_status")] = "",
    reason: AlthoughOption = "",
    home: HomeOption = HOME,
    json: JsonOption = False,
) -> None:
    hand_over(home, bool(unit or cell or before or after or status), waits=False)
    give_reason(reason)
    from foi.answer.correct import Wish
    from foi.answer.show_correct import show_correct, show_corrections, show_status_change

    if correction or status:
        print(show_status_change(home, correction, status, why, who))
        return
    print(
        show_correct(home, Wish(unit, year, cell, before, after, why, evidence, who))
        if unit or cell or before or after
        else show_corrections(home, json)
    )


@app.command(help="help.withdraw")
def withdraw(
    file: Annotated[str, typer.Option("--file", help="help.withdraw_file")] = "",
    unit: Annotated[str, typer.Option("--unit", help="help.unit")] = "",
    year: YearOption = 0,
    why: Annotated[str, typer.Option("--why", help="help.why")] = "",
    who: Annotated[str | None, typer.Option("--who", help="help.who")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="help.undo")] = False,
    reason: AlthoughOption = "",
    home: HomeOption = HOME,
    json: JsonOption = False,
) -> None:
    hand_over(home, bool(file or unit or year or undo), waits=False)
    give_reason(reason)
    from foi.answer.show_withdraw import show_withdraw, show_withdrawals
    from foi.answer.withdraw import Wish

    wish = Wish(file, unit, year, why, who)
    print(show_withdraw(home, wish, undo) if file or unit or year or undo else show_withdrawals(home, json))


@app.command(help="help.versions")
def versions(
    unit: Annotated[str, typer.Option("--unit", help="help.unit")] = "",
    year: YearOption = 0,
    area: Annotated[str, typer.Option("--area", help="help.area")] = "",
    home: HomeOption = HOME,
    json: JsonOption = False,
) -> None:
    from foi.ask.show_versions import show_versions

    print(show_versions(home / "published.duckdb", unit, year, area, json))


@app.command(help="help.trace")
def trace(
    unit: Annotated[str, typer.Option("--unit", help="help.unit")],
    year: YearOption,
    cell: Annotated[str, typer.Option("--cell", help="help.trace_cell")],
    home: HomeOption = HOME,
    opened: Annotated[bool, typer.Option("--open", help="help.trace_open")] = False,
    page: Annotated[Path | None, typer.Option("--page", help="help.trace_page")] = None,
    json: JsonOption = False,
    as_of: AsOfOption = "",
) -> None:
    from foi.ask.show_trace import show_trace, trace_json
    from foi.ask.trace import Question, trace_of
    from foi.line.as_of import file_to_ask
    from ingest.home import Home

    found = trace_of(Home(home), file_to_ask(home, as_of), Question(unit, year, cell))
    print(trace_json(found) if json else show_trace(found))
    if opened or page:
        from foi.ask.trace_page import open_page, write_page

        print(open_page(write_page(Home(home), found, page), opened), file=sys.stderr)


@app.command(help="help.rules")
def rules(
    json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="help.markdown")] = False,
    yields: Annotated[bool, typer.Option("--yield", help="help.yield")] = False,
    home: HomeOption = HOME,
) -> None:
    from foi.ask.show_rules import rules_page, show_rules, show_yield

    if yields:
        print(show_yield(home / "published.duckdb", json))
        return
    print(rules_page().rstrip("\n") if markdown else show_rules(json))


@units.command("find", help="help.units_find")
def units_find(
    name: Annotated[str, typer.Argument(help="help.unit_name")], home: HomeOption = HOME, json: JsonOption = False
) -> None:
    from foi.ask.show_dictionary import show_units

    text, found = show_units(name, json, home)
    print(text)
    raise typer.Exit(0 if found else 2)


@app.command(help="help.query")
def query(
    sql: Annotated[str, typer.Argument(help="help.sql")],
    home: HomeOption = HOME,
    csv: Annotated[bool, typer.Option("--csv", help="help.csv")] = False,
    json: JsonOption = False,
    as_of: AsOfOption = "",
) -> None:
    from foi.ask.query import show_query
    from foi.line.as_of import file_to_ask

    print(show_query(file_to_ask(home, as_of), sql, "csv" if csv else "json" if json else "table"))


@app.command(help="help.tables")
def tables(
    name: Annotated[str, typer.Argument(help="help.table_name")] = "",
    home: HomeOption = HOME,
    json: JsonOption = False,
    as_of: AsOfOption = "",
) -> None:
    from foi.ask.tables import show_tables
    from foi.line.as_of import file_to_ask

    print(show_tables(file_to_ask(home, as_of), name, json))


@app.command(help="help.status")
def status(home: HomeOption = HOME, json: JsonOption = False) -> None:
    from foi.line.show_status import show_status
    from ingest.home import Home

    print(show_status(Home(home), json=json))
