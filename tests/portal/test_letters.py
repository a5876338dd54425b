"""The pages of letters and answers: who may, what a wrong secret gets, what a form that cannot be used gets, and a file handed in as the answer."""

from __future__ import annotations

import io
import random
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from foi.access.actor import this_user
from foi.access.tokens import new_token, revoke, token_of
from foi.letters.answers import read_answers
from foi.letters.ledger import read_written
from foi.letters.letter import purpose_of
from ingest.beijing import beijing_today
from ingest.home import Home
from ingest.words.language import LANGUAGES
from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.foi.letters.conftest import with_settings
from tests.foi.letters.test_letter import fill
from tests.one_language import assert_one_language
from tests.portal.serving import served, signed_in
from tests.portal.test_languages import _words as words_of

UNIT, YEAR, AREA = "990101103", 2023, "990101"  # the example whose closed total is not the sum of its parts
CELL = "requests.granted.total"


@pytest.fixture(scope="module")
def home(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("letters") / "home"
    shutil.copytree(loaded, folder, symlinks=True)
    return with_settings(folder, address="https://foi.example.org")


@pytest.fixture(scope="module")
def portal(home: Home) -> Iterator[httpx.Client]:
    with served(home.root) as client:
        yield client


@pytest.fixture(scope="module")
def letters(home: Home, portal: httpx.Client) -> dict[str, bytes]:
    """The archive that a reviewer of the county downloads."""
    with signed_in(portal, home.root, "reviewer", AREA) as reviewer:
        answer = reviewer.post(f"/letters/{AREA}/{YEAR}")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def address(letters: dict[str, bytes]) -> str:
    """Where the unit answers, as its letter says."""
    (page,) = (content.decode() for name, content in letters.items() if name.endswith(".html"))
    found = re.search(r"https://foi\.example\.org(/answer/\S+?)</p>", page)
    assert found is not None
    return found[1]


@pytest.fixture(autouse=True)
def _no_answers(home: Home) -> Iterator[None]:
    yield
    for path in (home.answers, home.corrections, home.decisions):
        path.unlink(missing_ok=True)
    shutil.rmtree(home.inbox, ignore_errors=True)


def asked(page: httpx.Response) -> dict[str, str]:
    """What the form says of its questions."""
    return dict(re.findall(r'type="hidden" name="((?:rule|left|right)-\d+)" value="([^"]*)"', page.text))


def test_the_letters_of_a_county_are_listed_with_their_state_and_downloaded_with_a_cover_list(
    home: Home, portal: httpx.Client, letters: dict[str, bytes]
):
    assert len(letters) == 2 + 3 and "核实单清单.xlsx" in letters
    number = read_written(home)[0].number
    with signed_in(portal, home.root, "reviewer", AREA) as reviewer:
        page = reviewer.get(f"/letters/{AREA}/{YEAR}")
        assert number in page.text and "待答复，答复 0/2" in page.text and "示例丙镇" in page.text
        (row,) = reviewer.get(f"/letters/{AREA}/{YEAR}.json").json()
        assert (row["number"], row["state_zh"], row["open"]) == (number, "待答复", 2)
        again = reviewer.post(f"/letters/{AREA}/{YEAR}", data={"unit": UNIT})
        assert again.status_code == 200 and len(read_written(home)) == 1  # the same letter keeps its number
        assert reviewer.get("/letters?area=示例县&year=2023").status_code == 303
        assert reviewer.get(f"/letters/{AREA}/soon").status_code == 400


def test_who_may_write_letters_and_rule_on_answers(home: Home, portal: httpx.Client, letters: dict[str, bytes]):
    for path in (f"/letters/{AREA}/{YEAR}", "/letters/settings", "/answers", f"/answers?area={AREA}"):
        assert portal.get(path).status_code == 403, path
    for path in (f"/letters/{AREA}/{YEAR}", "/letters/settings", "/answers/1"):
        assert portal.post(path).status_code == 403, path
    with signed_in(portal, home.root, "reviewer", "230883") as other, signed_in(portal, home.root, "clerk", UNIT) as clerk:
        for client in (other, clerk):
            assert client.get(f"/letters/{AREA}/{YEAR}").status_code == 403
            assert client.post(f"/letters/{AREA}/{YEAR}").status_code == 403
            assert client.get(f"/answers?area={AREA}").status_code == 403
            assert client.get("/letters/settings").status_code == 403
        assert other.post(f"/letters/230883/{YEAR}", data={"unit": UNIT}).status_code == 403


@pytest.mark.parametrize("kind", ["unknown", "sign_in", "other_unit", "revoked", "other_letter", "expired"])
def test_a_secret_that_is_not_of_this_letter_opens_nothing(
    home: Home, portal: httpx.Client, letters: dict[str, bytes], kind: str, monkeypatch: pytest.MonkeyPatch
):
    number = read_written(home)[0].number
    made = {"unknown": "foi_nothing", "sign_in": new_token(home, "示例", "clerk", UNIT, 5)}
    made["other_unit"] = new_token(home, "示例", "clerk", "990101102", 5, purpose=purpose_of(number))
    made["other_letter"] = new_token(home, "示例", "clerk", UNIT, 5, purpose=purpose_of("没有这份"))
    made["revoked"] = new_token(home, "示例", "clerk", UNIT, 5, purpose=purpose_of(number))
    made["expired"] = new_token(home, "示例", "clerk", UNIT, 5, purpose=purpose_of(number))
    token = token_of(home, made["revoked"])
    assert token is not None
    revoke(home, token.number, this_user())
    if kind == "expired":
        monkeypatch.setattr("foi.access.tokens.beijing_today", lambda: beijing_today() + timedelta(days=6))
    for path in ("", "/sheet", "/report"):
        answer = portal.post(f"/answer/{made[kind]}{path}", data={"who": "示例"})
        assert answer.status_code == 403, (path, answer.text)
    page = portal.get(f"/answer/{made[kind]}")
    assert page.status_code == 403 and "函" in page.text and not read_answers(home)


def test_the_secret_of_a_letter_lets_nobody_do_anything_else(home: Home, portal: httpx.Client, address: str):
    secret = address.rpartition("/")[2]
    assert portal.post("/sign-in", data={"token": secret}).status_code == 403
    bearer = {"authorization": f"Bearer {secret}"}
    assert portal.get("/answers", headers=bearer).status_code == 401
    assert portal.get(address).headers["cache-control"] == "no-store"
    assert portal.post(address, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert portal.post(address, headers={"origin": "https://elsewhere.example"}).status_code == 403


def test_the_page_asks_each_question_with_its_numbers_and_last_years(portal: httpx.Client, address: str):
    page = portal.get(address)
    assert page.status_code == 200 and page.text.count("<fieldset") == 2
    assert f'name="number-1-{CELL}"' in page.text and "豁免" not in page.text
    rows = {
        re.sub(r"<[^>]+>", "", head): rest for head, rest in re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", page.text)
    }
    (told,) = (re.findall(r"<td[^>]*>([^<]*)</td>", rest)[:2] for head, rest in rows.items() if "（七）总计—总计" in head)
    assert told[0] == "154" and told[1].isdigit()
    assert 'lang="en"' in portal.get(address, params={"lang": "en"}).text


def test_what_cannot_be_used_is_told_beside_the_form_with_all_that_was_typed(home: Home, portal: httpx.Client, address: str):
    page = portal.get(address)
    given = {
        **asked(page),
        "kind-0": "right",
        "why-0": "<script>alert(1)</script>",
        "kind-1": "wrong",
        f"number-1-{CELL}": "many",
        "who": "示例科",
    }
    answer = portal.post(address, data=given)
    assert answer.status_code == 400 and "第 2 个问题" in answer.text and "“many”不是数" in answer.text
    assert 'value="many"' in answer.text and "<script>alert" not in answer.text and "&lt;script&gt;alert(1)" in answer.text
    assert "还没有填写任何答复" in portal.post(address, data=asked(page)).text
    assert not read_answers(home)


def test_an_answer_by_the_page_and_the_same_by_the_sheet_are_the_same_proposals(
    home: Home, portal: httpx.Client, address: str, letters: dict[str, bytes], tmp_path: Path
):
    (content,) = (content for name, content in letters.items() if name.endswith("-reply.xlsx"))
    (sheet := tmp_path / "reply.xlsx").write_bytes(content)
    fill(sheet, "有误（填写正确的数或改正办法）", "抄错", {"requests.granted.natural_person": "0"})
    sent = portal.post(f"{address}/sheet", files={"file": ("reply.xlsx", sheet.read_bytes())})
    assert sent.status_code == 303 and sent.headers["location"].endswith("given=1"), sent.text
    (from_sheet,) = read_answers(home)
    home.answers.unlink()
    page = portal.get(address)
    given = {"kind-0": "wrong", "why-0": "抄错", "number-0-requests.granted.natural_person": "0", "who": "示例科"}
    assert portal.post(address, data={**asked(page), **given}).status_code == 303
    (from_page,) = read_answers(home)
    assert from_page.answer.says == from_sheet.answer.says
    assert "示例科 已答复" in portal.get(address).text
    wrong = portal.post(f"{address}/sheet", files={"file": ("x.xlsx", b"no workbook")})
    assert wrong.status_code == 400 and "不是可以打开的 Excel 文件" in wrong.text


def test_a_reviewer_sees_the_sums_as_they_would_be_accepts_refuses_and_undoes(home: Home, portal: httpx.Client, address: str):
    page = portal.get(address)
    given = {
        "kind-0": "wrong",
        "number-0-requests.granted.natural_person": "0",
        "kind-1": "wrong",
        f"number-1-{CELL}": "0",
        "who": "示例科",
    }
    portal.post(address, data={**asked(page), **given})
    with signed_in(portal, home.root, "reviewer", AREA) as reviewer, signed_in(portal, home.root, "reviewer", "230883") as other:
        listed = reviewer.get("/answers")  # of the own area
        assert listed.text.count("相符") >= 2 and "154 与 154" in listed.text and "采纳该函全部答复" in listed.text
        assert other.post("/answers/1", data={"act": "accept"}).status_code == 403
        assert "没有答复" in other.get("/answers").text
        assert reviewer.post("/answers/1", data={"act": "wave"}).status_code == 400
        assert reviewer.post("/answers/77", data={"act": "accept"}).status_code == 400
        assert reviewer.post("/answers/1", data={"act": "refuse"}).status_code == 400
        assert reviewer.post("/answers/1", data={"act": "refuse", "why": "请附原表"}).status_code == 303
        assert "请附原表" in portal.get(address).text
        assert reviewer.post("/answers/1", data={"act": "undo"}).status_code == 303
        assert reviewer.post("/answers/1", data={"act": "accept_all"}).status_code == 303
        assert {one.state for one in read_answers(home)} == {"accepted"} and CELL in home.corrections.read_text("utf-8")
        assert reviewer.post("/answers/1", data={"act": "accept"}).status_code == 400
        assert len(reviewer.get("/answers.json").json()) == 2
    assert home.audit.read_text("utf-8").count('"accept"') >= 4


def docx(name: str, year: int) -> bytes:
    return as_docx(replace(random_record(random.Random(5), "2021", 60, name, year), place="示例县"))


def test_a_new_report_is_handed_in_only_if_it_is_of_this_unit_and_year(home: Home, portal: httpx.Client, address: str):
    def hand_in(name: str, data: bytes, who: str = "示例科") -> httpx.Response:
        return portal.post(f"{address}/report", data={"who": who}, files={"file": (name, data)})

    other = hand_in("other.docx", docx("示例乙镇", YEAR))
    assert other.status_code == 400 and "不是 示例丙镇" in other.text
    assert hand_in("year.docx", docx("示例丙镇", 2024)).status_code == 400
    assert "不能读取" in hand_in("broken.docx", b"no report").text
    assert "写明填写人" in hand_in("mine.docx", docx("示例丙镇", YEAR), " ").text
    known = next(home.originals.glob("*/*"))
    assert "完全相同" in hand_in("known.docx", known.read_bytes()).text
    assert not home.inbox.exists() or not list(home.inbox.iterdir())
    assert hand_in("../../改正后.docx", docx("示例丙镇", YEAR)).status_code == 303
    assert [path.name for path in home.inbox.iterdir()] == ["改正后.docx"]
    (one,) = read_answers(home)
    assert (one.answer.kind, one.answer.file) == ("file", "改正后.docx") and "改正后.docx" in portal.get(address).text
    with signed_in(portal, home.root, "reviewer", AREA) as reviewer:
        assert "等待加载" in reviewer.get("/answers").text
        assert "还没有加载" in reviewer.post("/answers/1", data={"act": "accept"}).text


def test_an_administrator_gives_the_sender_of_letters_in_a_form(home: Home, portal: httpx.Client):
    kept = home.letter_settings.read_bytes()
    with signed_in(portal, home.root, "admin") as admin:
        wrong = admin.post("/letters/settings", data={"sender": "示例二办", "number": "没有", "reply_by": "15"})
        assert wrong.status_code == 400 and "文号“没有”" in wrong.text and 'value="示例二办"' in wrong.text
        assert home.letter_settings.read_bytes() == kept
        assert admin.post("/letters/settings", data={"sender": "示例二办", "number": "二{n}", "reply_by": "9"}).status_code == 303
        assert "示例二办" in admin.get("/letters/settings?kept=1").text
    home.letter_settings.write_bytes(kept)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_is_in_one_language(home: Home, portal: httpx.Client, address: str, language: str):
    page = portal.get(address)
    given = {
        "kind-0": "wrong",
        "number-0-requests.granted.natural_person": "0",
        "kind-1": "right",
        "why-1": "99",
        "who": "示例科",
    }
    portal.post(address, data={**asked(page), **given})
    lang = {"lang": language} if language != "zh" else {}
    data = (
        "中文",
        "English",
        "示例reviewer",
        "示例admin",
        read_written(home)[0].number,
        "示例核〔{year}〕{n}号",
        "示例科",
        "（盖章）",
    )
    with signed_in(portal, home.root, "reviewer", AREA) as reviewer, signed_in(portal, home.root, "admin") as admin:
        reviewer.post("/answers/2", data={"act": "refuse", "why": "99"})
        pages = [
            portal.get(address, params=lang),
            portal.post(address, params=lang, data=asked(page)),
            portal.get("/answer/no", params=lang),
        ]
        pages += [reviewer.get(path, params=lang) for path in (f"/letters/{AREA}/{YEAR}", "/answers", "/answers?state=refused")]
        pages += [admin.get("/letters/settings", params=lang), admin.post("/letters/settings", params=lang)]
    for shown in pages:
        assert_one_language(words_of(shown.text), language, *data)
