"""A published file with failing sums, a mail server and a webhook on the loopback address: real files, real sockets."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
from aiosmtpd.controller import Controller

from expectations.messages import sentence
from expectations.run import TYPES

TABLES = f"""
create schema core; create schema quality; create schema marts; create schema staging;
create table core.fct_reports (report_id varchar, unit_code varchar, unit_name varchar, report_year integer, is_current boolean);
create table core.fct_disclosure (report_id varchar, code varchar, amount decimal(18, 6));
create table core.fct_requests (report_id varchar, code varchar, requests decimal(18, 6));
create table core.fct_challenges (report_id varchar, code varchar, cases decimal(18, 6));
create table quality.rule_results (unit_code varchar, report_year integer, rule_id varchar, is_current boolean, result varchar);
create table quality.expectation_results ({", ".join(f"{name} {kind}" for name, kind in TYPES.items())});
"""


class Published:
    """The published file; each method replaces it as a load would."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rules: dict[tuple[str, int, str], tuple[int, int] | str] = {}
        self.numbers: dict[tuple[str, int, str], float | None] = {}
        self.broken = False

    def rule(self, unit: str, year: int, sides: tuple[int, int] | str, rule: str = "requests_closed_total.total") -> None:
        """A rule of a report: both sides, which fail if they differ, or "not_assessable"."""
        self.rules[unit, year, rule] = sides
        self.write()

    def write(self) -> None:
        self.path.unlink(missing_ok=True)
        with duckdb.connect(str(self.path)) as connection:
            for statement in TABLES.strip().split(";\n"):
                connection.execute(statement)
            for unit, year in {key[:2] for key in [*self.rules, *self.numbers]}:
                connection.execute(
                    "insert into core.fct_reports values (?, ?, ?, ?, true)", [f"{unit}{year}", unit, f"示例{unit}镇", year]
                )
            for (unit, year, rule), sides in self.rules.items():
                self._rule(connection, unit, year, rule, sides)
            for (unit, year, code), number in self.numbers.items():
                connection.execute("insert into core.fct_disclosure values (?, ?, ?)", [f"{unit}{year}", code, number])
                if number is not None and number % 1 and not self.broken:
                    words = {"suite": "numbers", "rule_id": f"whole_number.{code}", "left_sum": number, "code": code}
                    self._failing(connection, "not_whole", unit, year, words)
            if self.broken:
                connection.execute(
                    "insert into quality.expectation_results (suite, status, expectation) values ('numbers', 'broken', 'x')"
                )

    def _rule(self, connection: Any, unit: str, year: int, rule: str, sides: tuple[int, int] | str) -> None:
        held = sides if isinstance(sides, str) else "pass" if sides[0] == sides[1] else "fail"
        connection.execute("insert into quality.rule_results values (?, ?, ?, true, ?)", [unit, year, rule, held])
        if held == "fail":
            left, right = sides
            words = {"suite": "statutory_sums", "rule_id": rule, "left_sum": left, "right_sum": right, "difference": left - right}
            self._failing(connection, "sum", unit, year, {**words, "rule": rule.split(".")[0]})

    def _failing(self, connection: Any, kind: str, unit: str, year: int, row: dict[str, Any]) -> None:
        row = {**row, "form": "2021", "unit_name": f"示例{unit}镇", "report_year": year, "unit_code": unit}
        zh, en = sentence(kind, row)
        row |= {"report_id": f"{unit}{year}", "status": "failed", "severity": "error", "message_zh": zh, "message_en": en}
        values = [row.get(name) for name in TYPES]
        marks = ", ".join("?" for _ in values)
        connection.execute(f"insert into quality.expectation_results values ({marks})", values)


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
    """A webhook that keeps what is posted to it."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.status = 200

    def serve(self) -> ThreadingHTTPServer:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.status == 200:
                    hook.posts.append((self.path, json.loads(body)))
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


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
    server.shutdown()
    server.server_close()
