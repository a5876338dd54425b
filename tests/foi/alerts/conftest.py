"""A published file with failing sums, a mail server and a webhook on the loopback address: real files, real sockets."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
from aiosmtpd.controller import Controller

from expectations.decisions import Decision, Ledger, append
from expectations.gate.results import TYPES
from expectations.incomplete import incomplete_sentence
from expectations.messages import sentence
from foi.alerts.send import Delivery, send
from ingest.beijing import BEIJING
from ingest.home import Home
from tests.contract import empty_warehouse

COUNTY = "{name: 示例县政务公开办, areas: ['990101'], channels: [{mail: office@example.org}]}"
OTHER = "{name: 另一县, areas: ['990202'], channels: [{mail: other@example.org}]}"
CHAT = "{name: 示例群, areas: ['99'], severity: warning, channels: [{webhook: 'env:FOI_WEBHOOK_TEST'}]}"

START = datetime(2026, 1, 5, 9, tzinfo=BEIJING)


def add(connection: Any, table: str, row: dict[str, Any]) -> None:
    """Put a row into a table; what it does not name is NULL."""
    marks = ", ".join("?" * len(row))
    connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))


class Published:
    """The published file and the decisions beside it; each method replaces the file as a load would."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rules: dict[tuple[str, int, str], tuple[int, int] | str] = {}
        self.numbers: dict[tuple[str, int, str], float | None] = {}
        self.broken = False
        self.warnings: set[str] = set()  # rules of severity warning
        self.hints: set[str] = set()
        self.owed: list[tuple[str, int, date, str]] | None = None  # unit, year, due, state; None: there is no such table
        self.files: list[tuple[str, str]] = []  # set aside: file, reason
        self.cells: dict[tuple[str, int], dict[str, int]] = {}  # numbers of tables three and four
        self.corrected: list[tuple[str, int, str, int, int]] = []  # unit, year, code, what the report says, what counts
        self.ours: list[tuple[str, int, str]] = []  # unit, year, rules that only a correction breaks
        self.program_rows = 0  # rows that only a fault of the program can make

    @property
    def home(self) -> Home:
        return Home(self.path.parent)

    def rule(self, unit: str, year: int, sides: tuple[int, int] | str, rule: str = "requests_closed_total.total") -> None:
        """A rule of a report: both sides, which fail if they differ, or "not_assessable"."""
        self.rules[unit, year, rule] = sides
        self.write()

    def decide(
        self, action: str, unit: str, year: int, rule: str = "requests_closed_total.total", is_loaded: bool = True
    ) -> None:
        """What a person decided of the numbers as they stand, before a load or with one behind it."""
        left, right = self.rules[unit, year, rule]
        append(
            self.home.decisions,
            Decision("2026-01-06T01:00:00+00:00", "clerk", action, unit, year, rule, str(left), str(right), "why"),
        )
        if is_loaded:
            self.write()

    def write(self) -> None:
        empty_warehouse(self.path)
        self.ledger = Ledger(self.home.decisions)
        with duckdb.connect(str(self.path)) as connection:
            if self.owed is None:
                connection.execute("drop table marts.progress")
            for unit, year in {key[:2] for key in [*self.rules, *self.numbers]}:
                report = {"report_id": f"{unit}{year}", "unit_code": unit, "unit_name": f"示例{unit}镇", "report_year": year}
                add(connection, "core.fct_reports", report | {"is_current": True})
            connection.execute("insert into core.dim_unit by name select distinct unit_code, unit_name from core.fct_reports")
            for (unit, year, rule), sides in self.rules.items():
                self._rule(connection, unit, year, rule, sides)
            for (unit, year, code), number in self.numbers.items():
                self._cell(connection, unit, year, code, number)
                if number is not None and number % 1 and not self.broken:
                    words = {
                        "suite": "numbers",
                        "rule_id": f"whole_number.{code}",
                        "left_sum": number,
                        "code": code,
                        "rule": "whole_number",
                    }
                    self._failing(connection, "signal", unit, year, words)
            self._numbers(connection)
            for unit, year, due, state in self.owed or ():
                place = {
                    "province_code": "99",
                    "city_code": "9901",
                    "county_code": "990101",
                    "level": "township",
                    "kind": "township",
                }
                owed = {"unit_code": unit, "unit_name": f"示例{unit}镇", "report_year": year, "due": due, "state": state}
                add(connection, "marts.progress", {**place, **owed, "is_exempt": False})
            for file, reason in [*self.files, ("空.txt", "empty_file")]:
                row = {"file": file, "input_state": "quarantined", "reason_code": reason, "reason_place": "", "reason_found": "x"}
                add(connection, "core.fct_inputs", {**row, "reason_expected": ""})
            for number in range(self.program_rows):
                said = {"message_zh": f"报告 {number} 出现两次", "message_en": "twice"}
                fault = {"suite": "keys", "status": "failed", "expectation": "unique_report_id"}
                add(connection, "quality.expectation_results", fault | said)
            if self.broken:
                broken = {"suite": "numbers", "status": "broken", "expectation": "x"}
                add(connection, "quality.expectation_results", broken)

    def _numbers(self, connection: Any) -> None:
        for (unit, year), cells in self.cells.items():
            for code, n in cells.items():
                self._cell(connection, unit, year, code, n)
        for unit, year, code, original, value in self.corrected:
            cell = {"report_id": f"{unit}{year}", "code": code, "form": "2021", "original_value": original}
            corrected = {"original_state": "reported", "value": value, "outcome": "applied", "is_current": True}
            add(connection, "core.cell_corrections", cell | corrected)
        for unit, year, rules in self.ours:
            row = {"unit_code": unit, "report_year": year, "broken_rules": rules}
            add(connection, "quality.correction_results", row)

    def _cell(self, connection: Any, unit: str, year: int, code: str, number: float | None) -> None:
        cell = {"report_id": f"{unit}{year}", "code": code, "table_name": code.partition(".")[0], "value": number}
        add(connection, "core.fct_cells", {**cell, "form": "2021"})

    def _table(self, connection: Any, unit: str, year: int, table: str, numbers: int, cells: int) -> None:
        """A table that holds so many numbers of so many cells, the others being blank."""
        counts = {"dash": 0, "unreadable": 0, "absent": 0, "sums_not_assessable": 0, "form": "2021", "table_name": table}
        row = {"unit_code": unit, "report_year": year, "blank": cells - numbers, "is_absent": False, **counts}
        stored = {"numbers": numbers, "cells": cells, "is_complete": numbers == cells}
        add(connection, "quality.table_completeness", {**row, **stored})
        if numbers < cells:
            words = {"suite": "completeness", "rule_id": f"incomplete.{table}", "left_sum": numbers, "right_sum": cells}
            missing = {"difference": numbers - cells, "rows_unread": 0, "missing_codes": "requests.received.total"}
            self._failing(connection, "incomplete", unit, year, {**row, **words, **missing})

    def _rule(self, connection: Any, unit: str, year: int, rule: str, sides: tuple[int, int] | str) -> None:
        if rule.startswith("incomplete.") and not isinstance(sides, str):
            self._table(connection, unit, year, rule.partition(".")[2], *sides)
            return
        held = sides if isinstance(sides, str) else "pass" if sides[0] == sides[1] else "fail"
        row = {"unit_code": unit, "report_year": year, "rule_id": rule, "is_current": True, "result": held}
        add(connection, "quality.rule_results", row)
        if held == "fail":
            left, right = sides
            words = {"suite": "statutory_sums", "rule_id": rule, "left_sum": left, "right_sum": right, "difference": left - right}
            self._failing(connection, "sum", unit, year, {**words, "rule": rule.split(".")[0]})

    def _failing(self, connection: Any, kind: str, unit: str, year: int, row: dict[str, Any]) -> None:
        row = {**row, "form": "2021", "unit_name": f"示例{unit}镇", "report_year": year, "unit_code": unit}
        zh, en = incomplete_sentence(row) if kind == "incomplete" else sentence(kind, row)
        status, _ = self.ledger.status(row)
        severity = "warning" if row["rule_id"] in self.warnings else "hint" if row["rule_id"] in self.hints else "error"
        row |= {"report_id": f"{unit}{year}", "status": status, "severity": severity, "message_zh": zh, "message_en": en}
        add(connection, "quality.expectation_results", {name: row.get(name) for name in TYPES})


class Mailbox:
    """A mail server that keeps what it is handed, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.is_refusing = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.is_refusing:
            return "451 try again later"
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"].addresses[0].addr_spec == address]


class Hook:
    """A webhook that keeps what is posted to it; it can fail, hang, or take a message and cut the connection."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.answer = b""
        self.failures_left = 0
        self.is_hanging = False
        self.is_cutting = False
        self.released = threading.Event()

    def serve(self) -> ThreadingHTTPServer:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.failures_left:
                    hook.failures_left -= 1
                    return self.reply(503)
                if hook.status == 200:
                    hook.posts.append((self.path, json.loads(body)))
                    hook.keys.append(self.headers["Idempotency-Key"])
                if hook.is_hanging:
                    hook.released.wait(20)
                elif not hook.is_cutting:
                    self.reply(hook.status)
                return None

            def reply(self, status: int) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(hook.answer)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


Sender = Callable[..., list[Delivery]]


@pytest.fixture
def run(warehouse: Published, tmp_path: Path) -> Sender:
    """Send to these people at a moment (by default always the same one)."""

    def once(*people: str, now: datetime = START) -> list[Delivery]:
        return send(warehouse.home, written(tmp_path, *people or (COUNTY,)), now)

    return once


def written(folder: Path, *entries: str) -> Path:
    """A file of recipients with these entries."""
    path = folder / "recipients.yaml"
    path.write_text("recipients:\n" + "".join(f"  - {e}\n" for e in entries), "utf-8")
    return path


def later(days: float = 0, minutes: float = 0) -> datetime:
    return START + timedelta(days=days, minutes=minutes)


def news_of(delivery: Delivery) -> dict[str, int]:
    """What the message told, without what is 0."""
    return {what: n for what, n in delivery.message.counts.items() if n}


def body(mail: EmailMessage, kind: str = "html") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def warehouse(tmp_path: Path) -> Published:
    made = Published(tmp_path / "published.duckdb")
    made.rule("990101001", 2022, (27, 21))
    made.rule("990202001", 2022, (0, 11), "challenges_total.review")
    return made


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("FOI_SMTP_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("FOI_MAIL_FROM", "foi@example.org")
    yield box
    controller.stop()


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    made = Hook()
    server = made.serve()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("FOI_WEBHOOK_TEST", f"http://127.0.0.1:{server.server_port}/robot/send?key=s3cret")
    yield made
    made.released.set()
    server.shutdown()
    server.server_close()
