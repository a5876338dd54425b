"""The corrected draft is the clerk's own file: the numbers of the repair are changed and marked, and nothing else is."""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foi.draft.check import check_bytes
from foi.draft.repacked import BODY, KINDS
from foi.draft.repaired import repaired
from foi.draft.show_check import show_check
from foi.messages import Complaint
from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.factory.html import clean
from tests.factory.record import DEFECTS, with_defect

NOWHERE = Path("no-home")
WHOLE = replace(random_record(random.Random(2), "2021", 60, "寒葱沟镇", 2024), place="抚远市")


def body_of(data: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(BODY).decode()


def rewritten(data: bytes, change: tuple[str, str]) -> bytes:
    """The file with something else in its body."""
    return repacked(data, change)


def repacked(data: bytes, change: tuple[str, str], part: str = BODY, more: dict[str, bytes] | None = None) -> bytes:
    """The file with something else in one of its parts, and with more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(*(one.encode() for one in change)) if name == part else text)
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return out.getvalue()


@settings(max_examples=25)  # each reads three files
@given(seed=st.integers(0, 10_000), defect=st.sampled_from(sorted(DEFECTS)))
def test_read_again_it_holds_the_proposed_numbers_and_all_else_as_it_was(seed: int, defect: str):
    record = replace(random_record(random.Random(seed), "2021", 60, "寒葱沟镇", 2024), place="抚远市")
    draft = as_docx(with_defect(record, defect))
    checked = check_bytes(draft, "draft.docx", NOWHERE)
    made = repaired(draft, checked, NOWHERE)
    if not checked.proposals:
        assert made is None
        return
    assert made is not None
    again = check_bytes(made, "draft.docx", NOWHERE)
    assert not [v for v in again.violations if v.is_printed and v.severity == "error"]
    changed = {e.code: e.after for e in checked.proposals[0]}
    before, after = ({c.code: c.value for c in one.report.cells} for one in (checked, again))
    assert {code for code in before if before[code] != after[code]} == {c for c in changed if before[c] != changed[c]}
    assert body_of(made).count("w:highlight") == len(changed)
    assert zipfile.ZipFile(io.BytesIO(made)).testzip() is None


def test_a_mark_stands_where_word_wants_it():
    draft = as_docx(with_defect(WHOLE, "row_total"))
    draft = rewritten(
        draft,
        ("<w:r><w:t", '<w:r><w:rPr><w:b/><w:highlight w:val="red"/><w:u w:val="single"/><w:lang w:val="zh-CN"/></w:rPr><w:t'),
    )
    made = repaired(draft, check_bytes(draft, "draft.docx", NOWHERE), NOWHERE)
    assert made is not None
    assert re.findall(r"<w:rPr><w:b/>(<w:highlight w:val=\"yellow\"/>)<w:u ", body_of(made)) == ['<w:highlight w:val="yellow"/>']


def test_what_is_right_or_no_docx_has_none():
    assert repaired(as_docx(WHOLE), check_bytes(as_docx(WHOLE), "draft.docx", NOWHERE), NOWHERE) is None
    page = clean(with_defect(WHOLE, "row_total"))
    assert repaired(page, check_bytes(page, "draft.html", NOWHERE), NOWHERE) is None


def test_a_number_that_is_not_alone_in_its_box_is_left_to_the_clerk():
    broken = with_defect(WHOLE, "row_total")
    draft = as_docx(broken)
    checked = check_bytes(draft, "draft.docx", NOWHERE)
    (edit,) = checked.proposals[0]
    number = f">{edit.before}</w:t>"
    written = rewritten(draft, (number, f">{edit.before}件</w:t>"))
    checked = check_bytes(written, "draft.docx", NOWHERE)
    assert not checked.proposals or repaired(written, checked, NOWHERE) is None


NOTHING = ("", "")
NUMBER = "<w:r><w:t>{n}</w:t></w:r>"
FIELD = '<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _faulty() -> tuple[bytes, str]:
    """A draft that has a corrected one, and its run with the wrong number."""
    draft = as_docx(with_defect(WHOLE, "row_total"))
    checked = check_bytes(draft, "draft.docx", NOWHERE)
    (edit,) = checked.proposals[0]
    table, row, column = map(int, re.findall(r"\d+", next(c.place or "" for c in checked.report.cells if c.code == edit.code)))
    box = re.findall(r"<w:tbl>.*?</w:tbl>", body_of(draft), re.DOTALL)[table - 1]
    run = next(r for r in re.findall(r"<w:r><w:t[^>]*>[^<]*</w:t></w:r>", box) if f">{edit.before}<" in r)
    assert row and column and repaired(draft, checked, NOWHERE) is not None
    return draft, run


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<w:fldSimple w:instr="=SUM(LEFT)">', "</w:fldSimple>"),
        (FIELD.format(kind="begin") + "<w:r><w:instrText>=SUM(LEFT)</w:instrText></w:r>" + FIELD.format(kind="separate"),
         FIELD.format(kind="end")),
        ('<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a" w:storeItemID="x"/></w:sdtPr><w:sdtContent>', "</w:sdtContent></w:sdt>"),
        ('<w:sdt><w:sdtPr><w:lock w:val="contentLocked"/></w:sdtPr><w:sdtContent>', "</w:sdtContent></w:sdt>"),
        ('<w:del w:id="1" w:author="x"><w:r><w:delText>7</w:delText></w:r></w:del><w:ins w:id="2" w:author="x">', "</w:ins>"),
    ],
)  # fmt: skip
def test_a_number_that_word_writes_by_itself_is_left_to_the_clerk(before: str, after: str):
    draft, run = _faulty()
    written = rewritten(draft, (run, f"{before}{run}{after}"))
    checked = check_bytes(written, "draft.docx", NOWHERE)
    assert checked.proposals and repaired(written, checked, NOWHERE) is None


@pytest.mark.parametrize(
    ("change", "part", "more"),
    [
        (NOTHING, BODY, {"_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": b"<Signature/>"}),
        (("vnd.openxmlformats-officedocument.wordprocessingml.document.main", "vnd.ms-word.document.macroEnabled.main"), KINDS, {}),
        (NOTHING, BODY, {"word/Document.xml": b"<twice/>"}),
    ],
)  # fmt: skip
def test_what_is_signed_or_has_macros_is_never_changed(change: tuple[str, str], part: str, more: dict[str, bytes]):
    written = repacked(_faulty()[0], change, part, more)
    checked = check_bytes(written, "draft.docx", NOWHERE)
    assert repaired(written, checked, NOWHERE) is None


def test_a_part_that_cannot_be_unpacked_costs_the_corrected_draft_alone():
    draft, _ = _faulty()
    picture = b"a picture that is packed"
    written = bytearray(repacked(draft, NOTHING, more={"word/media/image1.png": picture}))
    checked = check_bytes(bytes(written), "draft.docx", NOWHERE)
    assert repaired(bytes(written), checked, NOWHERE) is not None
    written[written.index(picture)] ^= 1
    assert checked.proposals and repaired(bytes(written), checked, NOWHERE) is None
    at = written.rindex(b"PK\x01\x02") + 8  # the flags of the last part: now it is said to be encrypted
    written[at] |= 1
    assert repaired(bytes(written), checked, NOWHERE) is None


def test_a_text_outside_every_run_is_left_alone():
    draft, run = _faulty()
    written = rewritten(draft, (run, run.removeprefix("<w:r>").removesuffix("</w:r>")))
    assert repaired(written, check_bytes(written, "draft.docx", NOWHERE), NOWHERE) is None


def test_every_other_part_stays_byte_by_byte():
    draft = repacked(_faulty()[0], NOTHING, more={"word/media/image1.png": bytes(range(256)) * 9, "customXml/item1.xml": b"<a/>"})
    made = repaired(draft, check_bytes(draft, "draft.docx", NOWHERE), NOWHERE)
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(draft)) as old, zipfile.ZipFile(io.BytesIO(made)) as new:
        assert old.namelist() == new.namelist()
        assert {name for name in old.namelist() if old.read(name) != new.read(name)} == {BODY}


def test_the_command_writes_it_and_never_over_the_draft(tmp_path: Path):
    draft, other = tmp_path / "draft.docx", tmp_path / "corrected.docx"
    draft.write_bytes(as_docx(with_defect(WHOLE, "row_total")))
    text, code = show_check(draft, NOWHERE, False, corrected=other)
    assert code == 1 and str(other) in text and other.is_file()
    assert show_check(other, NOWHERE, False)[1] == 0
    with pytest.raises(Complaint, match="--corrected"):
        show_check(draft, NOWHERE, False, corrected=draft)
    whole, none = tmp_path / "whole.docx", tmp_path / "none.docx"
    whole.write_bytes(as_docx(WHOLE))
    assert "没有写改正稿" in show_check(whole, NOWHERE, False, corrected=none)[0] and not none.exists()
