"""Nobody gets in by saying so: forged headers, foreign sites, cookies of others, tokens that are not good; and each refusal is written down."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from foi.access.actor import Actor
from foi.access.audit import chain_of, entries
from foi.access.proxy import trust_of
from foi.access.tokens import new_token, revoke
from ingest.home import Home
from portal import connections
from portal.app import ROUTES, app_of
from portal.who import OPEN_FORMS
from tests.portal.serving import served, serving, signed_in

HEADER = "X-Forwarded-User"
NEAR, FAR = trust_of("127.0.0.1", HEADER), trust_of("10.0.0.5", HEADER)
PEOPLE = "people:\n  示例管理员: {role: admin}\n"
BOSS = "示例管理员".encode()
FOREIGN = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://elsewhere.example"},
    {"origin": "null"},
    {"referer": "https://elsewhere.example/page"},
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder in which nothing was loaded yet."""
    (tmp_path / "access.yaml").write_text(PEOPLE, "utf-8")
    return tmp_path


@pytest.fixture
def client(home: Path) -> Iterator[httpx.Client]:
    with served(home) as made:
        yield made


def refusals(home: Path) -> list[tuple[str, str, str]]:
    """Who was refused what and why."""
    return [(e.who, e.act, e.refused) for line in entries(Home(home)) if (e := line.entry) and e.refused]


def posts() -> list[str]:
    """The address of every route that takes a form, something in the place of each parameter."""
    found = [r for r in ROUTES if isinstance(r, Route) and (r.methods or set()) - {"GET", "HEAD"}]
    assert {tuple(sorted(r.methods or ())) for r in found} == {("POST",)}, "a form is sent with POST"
    return sorted({re.sub(r"\{[^}]+\}", "1", route.path) for route in found})


# Headers that say who asks


@pytest.mark.parametrize("more", [{}, {"x-forwarded-for": "10.0.0.5"}, {"forwarded": "for=10.0.0.5"}, {"x-real-ip": "10.0.0.5"}])
def test_a_name_from_an_address_that_is_not_believed_is_nobody(home: Path, more: dict[str, str]):
    with served(home, trust=FAR) as client:
        answer = client.get("/audit", headers={HEADER: BOSS, **more})
        assert answer.status_code == 403 and "须先登录" in answer.text and "示例管理员" not in answer.text
    with served(home) as client:  # where no proxy was named at all
        assert client.get("/audit", headers={HEADER: BOSS, **more}).status_code == 403
    assert set(refusals(home)) == {("", "audit", "no_name")}
    assert {line.entry.origin for line in entries(Home(home)) if line.entry} == {"127.0.0.1"}


def test_a_believed_proxy_says_who_asks_and_from_where(home: Path):
    with served(home, trust=NEAR) as client:
        told = {HEADER: BOSS, "x-forwarded-for": "1.1.1.1, 192.0.2.9"}
        assert client.get("/audit", headers=told).status_code == 200
        named = client.get("/about", headers=told)
        assert (
            "示例管理员（管理员）" in named.text
            and "/sign-out" not in named.text
            and named.headers["cache-control"] == "no-store"
        )
        assert client.get("/audit", headers={**told, HEADER: "示例读者".encode()}).status_code == 403
        assert client.get("/audit", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 403
        twice = client.get("/audit", headers=[(HEADER, BOSS), (HEADER, BOSS), ("accept", "*/*")])
        assert twice.status_code == 400 and HEADER in twice.text
    assert refusals(home)[0] == ("示例读者", "audit", "role") and entries(Home(home))[0].entry.origin == "192.0.2.9 (127.0.0.1)"


def test_a_mistake_in_access_yaml_lets_nobody_in(home: Path):
    (home / "access.yaml").write_text("people:\n  示例管理员: {role: adm1n}\n", "utf-8")
    with served(home, trust=NEAR) as client:
        answer = client.get("/about", headers={HEADER: BOSS})
        assert answer.status_code == 503 and "access.yaml:2" in answer.text and client.get("/about").status_code == 200


def test_a_signed_in_browser_is_who_the_proxy_says(home: Path):
    with served(home, trust=NEAR) as client, signed_in(client, home, "admin") as admin:
        assert admin.get("/audit").status_code == 200
        assert admin.get("/audit", headers={HEADER: "示例读者".encode()}).status_code == 403


# Forms from elsewhere


@pytest.mark.parametrize("path", posts())
def test_no_form_is_taken_from_another_site_nor_from_nobody(home: Path, client: httpx.Client, path: str):
    with signed_in(client, home, "admin") as admin:
        for headers in FOREIGN:
            own = {name: value for name, value in admin.headers.items() if name != "origin"}
            with httpx.Client(base_url=client.base_url, cookies=admin.cookies, trust_env=False) as browser:
                answer = browser.post(path, data={"x": "1"}, headers={**own, **headers})
            assert answer.status_code == 403 and "别的网站" in answer.text, (path, headers)
    own = {"origin": str(client.base_url).rstrip("/")}
    if not path.startswith(OPEN_FORMS):
        answer = client.post(path, data={"x": "1"}, headers=own)
        assert answer.status_code == 403 and "须先登录" in answer.text and refusals(home)[-1][2] == "no_name", path


def test_a_browser_that_says_nothing_of_where_a_form_comes_from_is_not_believed(home: Path, client: httpx.Client):
    with signed_in(client, home, "admin") as admin:
        del admin.headers["origin"]
        assert admin.post("/sign-out").status_code == 403
        own = {"referer": f"{str(client.base_url).rstrip('/')}/audit"}  # an old one, which at least says the page
        assert admin.post("/sign-out", headers=own).status_code == 303 and admin.get("/audit").status_code == 403


def test_what_takes_nothing_says_so_and_what_is_open_is_little(client: httpx.Client):
    assert client.post("/about").status_code == client.put("/check").status_code == 405
    assert set(OPEN_FORMS) <= {"/check", "/sign-in", "/sign-out", "/answer/"}


# Tokens


def test_a_token_that_is_not_good_is_told_which_it_is(home: Path, client: httpx.Client):
    place = Home(home)
    spoiled = new_token(place, "示例甲", "admin", "", 9)
    letter = new_token(place, "示例乙", "clerk", "230883101", 9, purpose="letter 7")
    revoke(place, 1, Actor("示例", "admin"))
    old = new_token(place, "示例丙", "admin", "", 9)
    text = place.tokens.read_text("utf-8").splitlines()
    place.tokens.write_text(
        "\n".join([*text[:-1], re.sub(r'"until": "[^"]+"', '"until": "2020-01-01"', text[-1])]) + "\n", "utf-8"
    )
    for secret, words in (
        (spoiled, "已被收回"),
        (letter, "只用于答复"),
        (old, "已过期"),
        ("foi_wrong", "不认识"),
    ):
        told = client.get("/about", headers={"authorization": f"Bearer {secret}"})
        assert told.status_code == 401 and words in told.text, words
        program = client.get("/api/v1/units", headers={"authorization": f"Bearer {secret}"})
        assert program.status_code == 401 and program.headers["content-type"] == "application/problem+json"
        page = client.post("/sign-in", data={"token": secret})
        assert page.status_code == 403 and words in page.text and "set-cookie" not in page.headers
        assert secret not in page.text
    assert {why for _, _, why in refusals(home)} == {"unknown", "revoked", "expired", "purpose"}


def test_a_token_in_a_program_needs_no_cookie_and_stays_within_its_role(home: Path, client: httpx.Client):
    reviewer, admin = (new_token(Home(home), "示例", role, "", 9) for role in ("reviewer", "admin"))
    assert client.get("/audit", headers={"authorization": f"Bearer {reviewer}"}).status_code == 403
    assert client.get("/audit", headers={"authorization": f"Bearer {admin}"}).status_code == 200
    assert client.get("/audit", headers={"authorization": "Basic eDp5"}).status_code == 403 and not client.cookies


def test_a_token_of_an_area_sees_no_log_of_everything(home: Path, client: httpx.Client):
    with signed_in(client, home, "admin", "230883") as admin:
        assert admin.get("/audit").status_code == 403
    assert refusals(home)[-1][2] == "area"


def test_who_was_let_in_is_out_when_the_token_is_taken_back(home: Path, client: httpx.Client):
    with signed_in(client, home, "admin") as admin:
        assert admin.get("/audit").status_code == 200
        revoke(Home(home), 1, Actor("示例", "admin"))
        assert admin.get("/audit").status_code == 403


# Cookies


def test_signing_in_gives_a_new_cookie_whatever_the_browser_brought(home: Path, client: httpx.Client):
    secret = new_token(Home(home), "示例", "admin", "", 9)
    planted = "x" * 43
    own = {"origin": str(client.base_url).rstrip("/")}
    answer = client.post("/sign-in", data={"token": secret}, headers={**own, "cookie": f"foi_session={planted}"})
    cookie = answer.headers["set-cookie"]
    assert (
        planted not in cookie
        and "HttpOnly" in cookie
        and "SameSite=lax" in cookie
        and "Path=/" in cookie
        and "Domain" not in cookie
    )
    assert "Secure" not in cookie
    client.cookies.clear()
    assert client.get("/audit", headers={"cookie": f"foi_session={planted}"}).status_code == 403
    host = client.base_url.netloc.decode()
    over_tls = client.post(
        "/sign-in", data={"token": secret}, headers={"origin": f"https://{host}", "sec-fetch-site": "same-origin"}
    )
    assert "Secure" in over_tls.headers["set-cookie"]


def test_a_cookie_is_good_under_the_host_name_it_was_given_for(home: Path, client: httpx.Client):
    with signed_in(client, home, "admin") as admin:
        word = admin.cookies["foi_session"]
        for host, status in ((client.base_url.netloc.decode(), 200), ("elsewhere.example", 403), ("localhost", 403)):
            assert client.get("/audit", headers={"cookie": f"foi_session={word}", "host": host}).status_code == status
        kept = (home / ".sessions.json").read_text("utf-8")
        assert word not in kept and "示例admin" in kept


def test_a_cookie_outlives_the_portal_but_not_the_signing_out(home: Path):
    with served(home) as client, signed_in(client, home, "admin") as admin:
        word, host = admin.cookies["foi_session"], client.base_url.netloc.decode()
    told = {"cookie": f"foi_session={word}", "host": host}
    with served(home) as client:
        assert client.get("/audit", headers=told).status_code == 200
        assert client.post("/sign-out", headers={**told, "sec-fetch-site": "same-origin"}).status_code == 303
        assert client.get("/audit", headers=told).status_code == 403


def test_an_old_cookie_and_a_damaged_file_of_sessions_let_nobody_in(home: Path, client: httpx.Client):
    with signed_in(client, home, "admin") as admin:
        kept = (home / ".sessions.json").read_text("utf-8")
        (home / ".sessions.json").write_text(re.sub(r'"until": \d+', f'"until": {int(time.time()) - 1}', kept), "utf-8")
        assert admin.get("/audit").status_code == 403
        for text in ("{", "[]", '{"x": 1}', "\x00"):
            (home / ".sessions.json").write_text(text, "utf-8")
            assert admin.get("/audit").status_code == 403


def test_what_is_shown_to_somebody_with_a_name_is_kept_for_nobody_else(home: Path, client: httpx.Client):
    with signed_in(client, home, "admin") as admin:
        mine = admin.get("/about")
        assert "示例admin" in mine.text and mine.headers["cache-control"] == "no-store" and "etag" not in mine.headers
        others = client.get("/about")
        assert "示例admin" not in others.text and "etag" in others.headers
        again = admin.get("/about", headers={"if-none-match": others.headers["etag"]})
        assert again.status_code == 200 and "示例admin" in again.text


# The address that lets an admin in once


@contextmanager
def started(home: Path) -> Iterator[tuple[httpx.Client, str]]:
    """A portal and the word of its one-time address."""
    app = app_of(Home(home))
    with serving(app) as client:
        yield client, app.state.once.new()


def test_the_one_time_address_lets_in_once(home: Path):
    with started(home) as (client, word):
        for _ in range(2):  # what looks at addresses by itself uses nothing up
            page = client.get(f"/sign-in?once={word}")
            assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
        assert client.post("/sign-in", data={"once": "x" * 43}).status_code == 403
        assert client.post("/sign-in", data={"once": word}).status_code == 303
        assert client.get("/audit").status_code == 200
        client.cookies.clear()
        again = client.post("/sign-in", data={"once": word})
        assert again.status_code == 403 and "一次性地址" in again.text
    assert refusals(home)[-1] == ("", "sign_in", "once")


def test_many_who_come_with_the_same_address_at_once_are_one(home: Path):
    with started(home) as (client, word), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("/sign-in", data={"once": word}).status_code, range(8)))
    assert sorted(answers) == [303, *[403] * 7]


@pytest.mark.parametrize(
    ("to", "where"),
    [
        ("/audit?who=x", "/audit?who=x"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/x\r\nset-cookie: a=b", "/"),
    ],
)
def test_after_signing_in_one_stays_here(home: Path, client: httpx.Client, to: str, where: str):
    answer = client.post("/sign-in", data={"token": new_token(Home(home), "示例", "reader", "", 9), "to": to})
    assert answer.status_code == 303 and answer.headers["location"] == where


# Names, addresses and connections


@pytest.mark.parametrize(
    "path",
    [
        "/static/../portal/app.py",
        "/static/..%2f..%2fetc/passwd",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/docs/..%2f..%2f..%2fetc/passwd",
        "/docs//etc/passwd",
        "/data/..%2f..%2faudit.jsonl",
        "/data/../audit.csv",
        "/data/..%5c..%5caudit.parquet",
        "/report/..%2f..%2faudit.jsonl/original",
        "/report/%00/original",
        "/report/C:%5cWindows/document",
        "/area/%00/2024",
        "/unit/" + "x" * 5000,
        "/unit/%0d%0aset-cookie:a=b",
        "/rollup/../../x/2024",
        "//elsewhere.example/%2e%2e",
    ],
)
def test_an_address_leads_nowhere_else(home: Path, client: httpx.Client, path: str):
    new_token(Home(home), "示例秘密", "admin", "", 9)
    line = HTTPConnection(client.base_url.host, client.base_url.port or 80, timeout=30)
    line.request("GET", path)
    answer = line.getresponse()
    body = answer.read().decode("utf-8", "replace")
    assert answer.status in (400, 404, 503, 403) and "root:" not in body and "示例秘密" not in body and "Traceback" not in body
    assert answer.getheader("set-cookie") is None
    line.close()


def test_a_form_is_bounded_in_bytes_and_fields(home: Path, client: httpx.Client):
    assert client.post("/sign-in", data={"token": "x" * 2_000_000}).status_code == 413
    many = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/sign-in", content="a=1&" * 6_000, headers=many).status_code == 400
    assert client.post("/sign-in", files={"token": ("a.txt", b"x")}).status_code == 400
    assert client.post("/sign-in", content=b"\xff\x00", headers={"content-type": "text/plain"}).status_code == 403


def test_who_begins_to_ask_and_does_not_go_on_is_not_waited_for(client: httpx.Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections, "WITHIN", 0.3)
    where = (client.base_url.host, client.base_url.port)
    with socket.create_connection(where) as silent, socket.create_connection(where) as slow:
        silent.settimeout(20)
        slow.settimeout(20)
        assert silent.recv(10) == b""
        with pytest.raises(OSError):  # each byte alone does not make it wait longer
            for _ in range(400):
                slow.sendall(b"G")
                time.sleep(0.05)
    assert client.get("/about").status_code == 200


def test_the_log_of_all_this_is_one_chain(home: Path, client: httpx.Client):
    with signed_in(client, home, "reviewer", "23") as reviewer:
        reviewer.get("/audit")
        reviewer.post("/sign-out")
    chain = chain_of(Home(home))
    assert chain.entries == 3 and chain.broken == ()


# The page of the tokens


def test_an_admin_gives_a_token_out_on_the_page_and_takes_it_back(home: Path, client: httpx.Client):
    with signed_in(client, home, "admin", "230883") as admin:
        made = admin.post("/tokens", data={"name": "示例审核员", "role": "reviewer", "area": "寒葱沟镇", "days": "9"})
        secret = re.findall(r"<code>(foi_[\w-]+)</code>", made.text)[0]
        assert made.status_code == 200 and made.headers["cache-control"] == "no-store"
        told = {"authorization": f"Bearer {secret}"}
        assert "230883101" in client.get("/about", headers=told).text and secret not in admin.get("/tokens").text
        for area, role in (("", "reader"), ("2308", "reviewer"), ("230881", "clerk")):
            beyond = admin.post("/tokens", data={"name": "示例", "role": role, "area": area, "days": "9"})
            assert beyond.status_code == 400 and "没有的权限" in beyond.text
        assert admin.post("/tokens", data={"name": "示例", "role": "reader", "area": "230883", "days": "soon"}).status_code == 400
        assert admin.post("/tokens/2/revoke").status_code == 303 and client.get("/about", headers=told).status_code == 401
        assert admin.post("/tokens/2/revoke").status_code == 400 and admin.post("/tokens/99/revoke").status_code == 400
    noted = [(e.act, e.about, e.after) for line in entries(Home(home)) if (e := line.entry) and e.act == "token"]
    assert [after for *_, after in noted] == [f"reviewer 230883101 {noted[0][2][-10:]}", "revoked"]


def test_an_admin_of_an_area_neither_sees_nor_takes_back_what_others_have(home: Path, client: httpx.Client):
    new_token(Home(home), "示例外人", "reviewer", "23", 9)
    with signed_in(client, home, "admin", "230883") as admin:
        assert "示例外人" not in admin.get("/tokens").text and admin.post("/tokens/1/revoke").status_code == 400
    with signed_in(client, home, "reviewer") as reviewer:
        assert reviewer.get("/tokens").status_code == 403 and reviewer.post("/tokens/1/revoke").status_code == 403
