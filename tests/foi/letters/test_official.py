"""A letter as an office sends it: sender, number, days, contact; the numbers in question beside last year's; many in one archive with a cover list."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from expectations.messages import cell_text
from foi.access.tokens import token_actor
from foi.answer.decide import Wish, decide
from foi.letters.asked import Whom
from foi.letters.cover import COLUMNS
from foi.letters.ledger import read_written
from foi.letters.letter import as_zip, make_letters, write_letters, zip_letters
from foi.letters.letter_words import day_in_words
from ingest.beijing import beijing_today
from ingest.home import Home
from ingest.law.forms import every_form
from ingest.model import Table
from ingest.readers.word.docx import read_docx
from ingest.words.language import speaking
from tests.foi.conftest import Published
from tests.foi.letters.conftest import SLIPS, UNIT, YEAR, settings, with_settings
from tests.foi.letters.test_letter_words import FULL, UNITS, file

OTHER, KNOWN = "990102101", "230883101"


def words(docx: bytes) -> list[str]:
    """The paragraphs of a Word file."""
    return [block.text for block in read_docx(docx).blocks if not isinstance(block, Table)]


def only(home: Home, ending: str, whom: Whom | None = None) -> bytes:
    (content,) = (content for name, content in make_letters(home, whom or Whom()).files.items() if name.endswith(ending))
    return content


def test_an_official_letter_says_who_asks_by_which_number_until_when_and_ends_with_seal_and_day(slipped: Home):
    told, today = words(only(slipped, ".docx")), beijing_today()
    assert told[:2] == ["示例县政务公开办公室", f"示例核〔{today.year}〕1号"]
    assert told[-3:] == ["示例县政务公开办公室", "（盖章）", day_in_words(today.isoformat())]
    text = "\n".join(told)
    assert (
        f"请于 {day_in_words((today + timedelta(days=15)).isoformat())}前答复" in text
        and "联系人：示例科，电话：000-0000" in text
    )
    assert "/answer/" not in text  # the settings name no address
    assert re.search(r"另有 \d+ 个为 0 的分项未列出", text)
    order = [text.index(part) for part in ("一、需要核实", "二、可能的改正", "三、有关数字", "四、如何答复")]
    assert order == sorted(order)


def test_without_settings_a_letter_is_a_draft_that_is_not_kept(warehouse: Published, tmp_path: Path):
    file(warehouse, UNIT, YEAR, {**FULL, **SLIPS})
    said = write_letters(warehouse.path, tmp_path / "out")
    assert "这些是草稿" in said and not (tmp_path / "letters.jsonl").exists()
    assert "（草稿，未编号）" in next((tmp_path / "out").glob("*.html")).read_text("utf-8")


def test_the_numbers_stand_in_the_order_of_the_form_with_last_years_and_zeros_are_counted(warehouse: Published):
    last = {**FULL, "requests.carried_out.total": Decimal(9), "requests.carried_out.natural_person": Decimal(9)}
    file(warehouse, UNIT, YEAR - 1, last)
    file(
        warehouse,
        UNIT,
        YEAR,
        {**FULL, "requests.carried_in.total": Decimal(6), "requests.carried_in.natural_person": Decimal(6)},
        last,
    )
    home = with_settings(warehouse.path.parent)
    document = read_docx(only(home, ".docx", Whom(UNIT, YEAR)))
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    listed = [rows[n] for n in sorted(rows)][1:]
    carried = next(row for row in listed if "上年结转" in row[0] and "自然人" in row[0])
    assert carried[1] == "6" and "结转下年度" in carried[2] and carried[2].endswith(" 9")
    names = [row[0] for row in listed]
    printed = [cell_text(cell.code, "2021").zh for cell in every_form()["2021"].cells]
    assert len(names) > 4 and names == [name for name in printed if name in names]


def test_a_letter_that_is_written_again_keeps_its_number_and_says_what_is_settled(warehouse: Published):
    file(warehouse, UNIT, YEAR, {**FULL, **SLIPS, "challenges.review.total": Decimal(3)})
    home = with_settings(warehouse.path.parent)
    first = words(only(home, ".docx"))
    decide(home.root, Wish(UNIT, YEAR, "challenges_total.review", "explain", "示例", "示例科"))
    again = words(only(home, ".docx"))
    assert first[1] == again[1] and len(read_written(home)) == 1
    assert any("1 个已经办结" in line for line in again) and not any("已经办结" in line for line in first)


def test_all_letters_are_one_archive_with_a_cover_list_that_real_readers_open(warehouse: Published, tmp_path: Path):
    for unit in (UNIT, OTHER):
        file(warehouse, unit, YEAR, {**FULL, **SLIPS})
    home = with_settings(warehouse.path.parent)
    said = zip_letters(warehouse.path, tmp_path / "all.zip", year=YEAR)
    assert "已写出 2 份" in said and "1号 至" in said
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert len(files) == 2 + 2 * 3 and all("/" not in name for name in files)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(files["核实单清单.xlsx"])).get_sheet_by_index(0).to_python()
    due = (beijing_today() + timedelta(days=15)).isoformat()
    assert len(rows) == 3 and len(rows[0]) == len(COLUMNS)
    assert [row[1:3] + row[4:] for row in rows[1:]] == [
        [code, "城关镇", 3, f"示例核〔{beijing_today().year}〕{n}号", due] for n, code in ((1, UNIT), (2, OTHER))
    ]
    (table,) = (block for block in read_docx(files["核实单清单.docx"]).blocks if isinstance(block, Table))
    assert f"示例核〔{beijing_today().year}〕2号" in [cell.text for cell in table.cells]
    assert make_letters(home, Whom(area="990102", year=YEAR)).written.keys() == {(OTHER, YEAR)}


def test_the_archive_of_the_same_letters_is_the_same_file(slipped: Home):
    with speaking("en"):
        first, second = (as_zip(make_letters(slipped, Whom())) for _ in range(2))
    assert "cover-list.docx" in zipfile.ZipFile(io.BytesIO(first)).namelist()
    docx = [zipfile.ZipFile(io.BytesIO(one)).read("cover-list.docx") for one in (first, second)]
    assert docx[0] == docx[1]


def test_where_the_portal_has_an_address_each_letter_names_one_for_its_unit_alone(
    slipped: Home, warehouse: Published, monkeypatch: pytest.MonkeyPatch
):
    with_settings(slipped.root, address="https://foi.example.org/")
    assert "/answer/" not in "\n".join(words(only(slipped, ".docx")))  # no list of units has the code of this one
    monkeypatch.setitem(UNITS, KNOWN, "寒葱沟镇")
    file(warehouse, KNOWN, YEAR, {**FULL, **SLIPS})
    text = "\n".join(words(only(slipped, ".docx", Whom(KNOWN))))
    secret = text.partition("https://foi.example.org/answer/")[2].split()[0]
    actor = token_actor(slipped, secret)
    assert actor is not None and (actor.role, actor.area, actor.purpose) == (
        "clerk",
        KNOWN,
        f"letter {read_written(slipped)[-1].number}",
    )
    assert secret not in slipped.tokens.read_text("utf-8") and secret not in slipped.letters.read_text("utf-8")


def test_nothing_is_kept_where_the_settings_cannot_be_read(slipped: Home):
    slipped.letter_settings.write_text("sender: 示例办\n", "utf-8")
    with pytest.raises(Exception, match=r"letters\.yaml:1"):
        make_letters(slipped, Whom())
    assert not slipped.letters.exists() and settings().sender
