"""A number in a sheet is read where the sheet shows that number: not where a formula was never computed, a format hides it, or a box covers it."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import replace

import olefile
import pytest
import xlwt
from xlsxwriter.utility import xl_rowcol_to_cell as name

from ingest.model import Cell
from ingest.readers import read_document
from ingest.readers.sheet.formula import Sums
from ingest.readers.sheet.shown import shown
from ingest.tables import extract
from ingest.words.text import read_number
from tests.factory import zero_record
from tests.factory.archive import as_zip
from tests.factory.compound import compound
from tests.factory.sheet import as_xls, as_xlsx, as_xml2003

CODE, TOTAL = "disclosure.licenses", "requests.received.total"
RECORD = replace(zero_record(), cells={**zero_record().cells, CODE: "45"})
PLUS = ("requests.received.natural_person", "7")


def cells(data: bytes) -> dict[str, Cell]:
    return {c.code: c for c in extract(read_document(data))[1]}


def said(data: bytes, code: str = CODE) -> str:
    """What is read of one cell; every other number must be as it was."""
    found = cells(data)
    assert {k: c.printed for k, c in found.items() if k not in (code, PLUS[0])} == {
        k: v for k, v in RECORD.cells.items() if k not in (code, PLUS[0])
    }
    return found[code].printed if found[code].printed is not None else found[code].state


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("45", "General", "45"), ("45", "0", "45"), ("282.1", "0.00", "282.1"), ("1234567", "#,##0", "1234567"), ("-5", "0_);(0)", "-5"),
        ("-5", "0;[Red]-0", "-5"), ("45", "[DBNum1][$-804]General", "45"), ("45", '0"件"', "45件"), ("0", '0;-0;"-"', "-"),
        ("0", '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"??_ ;_ @_ ', "-"), ("45", "@", "45"), ("45", "0_ ", "45"), ("45", "G/通用格式", "45"),
        ("45", ";;;", None), ("4500", '0.0,"千"', None), ("0.45", "0%", None), ("-5", "0;0", None), ("282.0967", "0.00", None), ("4.6", "0", None),
        ("0", "0;0;;@", None), ("0", "#", None), ("45", "[>100]0;0.0", None), ("45", "0.00E+00", None), ("0.5", "# ?/?", None), ("45", '"', None),
        ("5", "000", None), ("45", '"约"0', None), ("45", "[$¥-804]#,##0", None), ("45", "0\\1", None),
    ],
)  # fmt: skip
@pytest.mark.quirk(136)
def test_a_format_that_shows_another_number_makes_none(stored: str, code: str, text: str | None):
    if text is None:
        assert read_number(shown(stored, code)).state == "unreadable"
    else:
        assert shown(stored, code) == text


@pytest.mark.parametrize(
    ("formula", "value"),
    [("SUM(A1:C1)", 3.0), ("=A1+B1-1", 2.0), ("SUM(A1,B1:C1,4)-(2)", 5.0), ("-A1+$B$1", 1.0), ("SUM(D1:E9)", 0.0), ("A1+C1", None),
     ("IF(A1,1,2)", None), ("A1*2", None), ("A9", None), ("SUM(", None), ("", None), ("SUM(A1:XFD999999)", None), ("+A1", 1.0)],
)  # fmt: skip
def test_a_simple_sum_is_computed_and_no_other(formula: str, value: float | None):
    sums = Sums({(0, 0): 1.0, (0, 1): 2.0, (0, 2): None}, {(9, 0): formula, (8, 0): "A9"})
    assert sums.value((9, 0)) == value


SUMMED = replace(RECORD, cells={**RECORD.cells, PLUS[0]: PLUS[1], TOTAL: "@"})


def formula(text: str, value: object):
    """What writes a formula over the six cells to the left with a stored value."""
    return lambda book, sheet, row, column: sheet.write_formula(
        row, column, "=" + text.format(row=f"{name(row, column - 6)}:{name(row, column - 1)}"), None, value
    )


def unstored(data: bytes, left: str = "") -> bytes:
    return changed(data, "xl/worksheets/sheet1.xml", "</f><v>99</v>", f"</f>{left}")


@pytest.mark.parametrize(
    ("text", "value", "want"),
    [
        pytest.param("SUM({row})", 7, "7", id="the value the formula gives"),
        pytest.param("SUM({row})", 0, "unreadable", id="a 0 never computed"),
        pytest.param("SUM({row})", 6, "unreadable", id="a value from before a change"),
        pytest.param("ROUND(7.2,0)", 7, "7", id="a formula not understood"),
        pytest.param("ROUND(7.2,0)", 0, "unreadable", id="a 0 of a formula not understood in a file that asks to be computed"),
        pytest.param("1/0", "#DIV/0!", "unreadable", id="an error"),
        pytest.param("X9", "#REF!", "unreadable", id="a reference that is gone"),
    ],
)
@pytest.mark.quirk(135)
def test_a_formula_counts_where_its_value_was_computed(text: str, value: object, want: str):
    assert said(as_xlsx(SUMMED, special={"@": formula(text, value)}), TOTAL) == want


@pytest.mark.parametrize("left", ["", "<v/>", "<v></v>"])
@pytest.mark.quirk(135)
def test_a_formula_without_a_value_is_not_blank(left: str):
    assert said(unstored(as_xlsx(SUMMED, special={"@": formula("SUM({row})", 99)}), left), TOTAL) == "unreadable"


@pytest.mark.quirk(135)
def test_honest_sums_of_zeros_stay_zeros():
    record = replace(
        RECORD, cells={c: "@" if c.startswith("requests.") and c.endswith(".total") else v for c, v in RECORD.cells.items()}
    )
    found = cells(as_xlsx(record, special={"@": formula("SUM({row})", 0)}))
    assert {c.printed for code, c in found.items() if code != CODE} == {"0"}


RESULTS = {"honest": struct.pack("<d", 7.0), "zero": bytes(8), "empty": b"\3\0\0\0\0\0\xff\xff", "error": b"\2\0\7\0\0\0\xff\xff"}


@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.quirk(135)
def test_a_formula_in_an_old_workbook_counts_where_its_value_was_computed(result: str):
    def written(sheet: object, row: int, column: int) -> tuple[xlwt.Formula, xlwt.XFStyle]:
        return xlwt.Formula(f"SUM({name(row, column - 6)}:{name(row, column - 1)})"), xlwt.XFStyle()

    data = as_xls(SUMMED, special={"@": written})
    assert data.count(RESULTS["empty"]) == 1
    assert said(data.replace(RESULTS["empty"], RESULTS[result]), TOTAL) == ("7" if result == "honest" else "unreadable")


FORMATTED = replace(RECORD, cells={**RECORD.cells, CODE: "@"})


@pytest.mark.parametrize(
    ("code", "want"),
    [("0.00", "45"), ('0"件"', "45"), (";;;", "unreadable"), ("0%", "unreadable"), ('0.0,"千"', "unreadable"), ("yyyy-mm-dd", "unreadable"),
     ('[>40]"-";0', "unreadable")],
)  # fmt: skip
@pytest.mark.quirk(136)
def test_a_number_is_read_where_it_is_shown(code: str, want: str):
    def written(book, sheet, row, column):
        sheet.write_number(row, column, 45, book.add_format({"num_format": code}))

    assert said(as_xlsx(FORMATTED, special={"@": written})) == want
    assert said(as_xls(FORMATTED, special={"@": lambda sheet, row, column: (45, xlwt.easyxf(num_format_str=code))})) == want


@pytest.mark.quirk(136)
def test_digits_struck_out_and_text_that_a_format_hides_are_not_read():
    def written(book, sheet, row, column):
        sheet.write_number(row, column, 45, book.add_format({"font_strikeout": True}))

    assert said(as_xlsx(FORMATTED, special={"@": written})) == "unreadable"
    struck = xlwt.easyxf("font: struck_out true")
    assert said(as_xls(FORMATTED, special={"@": lambda sheet, row, column: (45, struck)})) == "unreadable"
    assert said(
        as_xlsx(
            FORMATTED,
            special={"@": lambda b, s, row, column: s.write_string(row, column, "45", b.add_format({"num_format": ";;;"}))},
        )
    ) == ("unreadable")


WHITE = [("#FFFFFF", None, "unreadable"), ("#FEFEFE", None, "unreadable"), ("#FFFFFF", "#FFFFFF", "unreadable"), ("#FFFFFF", "#003366", "45"),
         ("#FF0000", None, "45")]  # fmt: skip


@pytest.mark.parametrize(("color", "fill", "want"), WHITE)
@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.quirk(136)
def test_white_digits_are_not_read_where_nothing_dark_lies_under_them(color: str, fill: str | None, want: str, as_text: bool):
    def written(book, sheet, row, column):
        look = book.add_format({"font_color": color, **({"bg_color": fill} if fill else {})})
        sheet.write_string(row, column, "45", look) if as_text else sheet.write_number(row, column, 45, look)

    data = as_xlsx(FORMATTED, special={"@": written})
    assert said(data) == want
    if color == "#FFFFFF":
        assert said(changed(data, "xl/styles.xml", '<color rgb="FFFFFFFF" */>', '<color theme="0"/>')) == want


@pytest.mark.parametrize(("look", "want"), [
    ("font: color white", "unreadable"), ("font: color white; pattern: pattern solid, fore_color dark_blue", "45"), ("font: color red", "45"),
    ("font: color white; pattern: pattern solid, fore_color white", "unreadable"),
])  # fmt: skip
@pytest.mark.quirk(136)
def test_white_digits_of_an_old_workbook_are_not_read(look: str, want: str):
    assert said(as_xls(FORMATTED, special={"@": lambda sheet, row, column: (45, xlwt.easyxf(look))})) == want


@pytest.mark.quirk(136)
def test_zeros_that_the_sheet_hides_are_no_zeros():
    def hidden(book, sheet, row, column):
        sheet.hide_zero()
        sheet.write_number(row, column, 45)

    def gone(sheet, row, column):
        sheet.show_zero_values = False
        return 45, xlwt.XFStyle()

    for data in (as_xlsx(FORMATTED, special={"@": hidden}), as_xls(FORMATTED, special={"@": gone})):
        found = cells(data)
        assert found[CODE].printed == "45" and {c.state for k, c in found.items() if k != CODE} == {"unreadable"}


@pytest.mark.parametrize(
    ("number", "want"),
    [("3.1415926", "unreadable"), ("282.09999999999997", "282.1"), ("282.123456", "282.123456"), ("0.30000000000000004", "0.3")],
)
@pytest.mark.quirk(137)
def test_more_than_six_decimals_are_not_rounded_in_silence(number: str, want: str):
    assert said(as_xlsx(replace(RECORD, cells={**RECORD.cells, CODE: number}))) == want


def test_decimals_that_say_nothing_are_kept():
    assert [read_number(text).printed for text in ("1.1234567", "1.1234560", "45.00000000", "0.0000001")] == [
        None,
        "1.1234560",
        "45.00000000",
        None,
    ]


@pytest.mark.parametrize(
    ("box", "wide", "stored", "want"),
    [
        ("45", 30, None, "45"), ("45", 30, 7, "unreadable"), ("附注：见说明", 30, 45, "unreadable"), ("45", 300, None, "unreadable"), ("", 30, 45, "45"),
    ],
)  # fmt: skip
@pytest.mark.quirk(138)
def test_a_box_over_a_cell_is_its_text_or_takes_its_number(box: str, wide: int, stored: int | None, want: str):
    def written(book, sheet, row, column):
        if stored is not None:
            sheet.write_number(row, column, stored)
        sheet.insert_textbox(row, column, box, {"width": wide, "height": 15})
        sheet.write_comment(row, column, "9")

    assert said(as_xlsx(FORMATTED, special={"@": written})) == want


def drawn_over(data: bytes, place: tuple[int, int], wide: int, shape: int, text: str) -> bytes:
    """An .xls of one sheet with a shape over the cell at a place."""
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        stream = ole.openstream("Workbook").read()
    row, column = place
    anchor = b"\x10\xf0\x12\0\0\0" + struct.pack("<9H", 0, column, 0, row, 0, column + wide - 1, 900, row, 200)
    parts = [(0xEC, bytes(8) + anchor), (0x5D, struct.pack("<HHHH", 0x15, 0x12, shape, 1) + bytes(14))]
    if text:
        parts += [(0x1B6, bytes(10) + struct.pack("<H6x", len(text))), (0x3C, b"\1" + text.encode("utf-16-le"))]
    end = stream.rindex(b"\x0a\0\0\0")
    added = b"".join(struct.pack("<HH", kind, len(record)) + record for kind, record in parts)
    return compound({"Workbook": stream[:end] + added + stream[end:]})


@pytest.mark.parametrize(
    ("text", "wide", "shape", "stored", "want"),
    [
        ("45", 1, 6, "", "45"), ("45", 1, 6, 7, "unreadable"), ("附注：见说明", 1, 6, 45, "unreadable"), ("45", 5, 6, "", "unreadable"),
        ("9", 1, 0x19, 45, "45"), ("", 1, 8, "", "unreadable"), ("", 1, 8, 45, "45"),
    ],
)  # fmt: skip
@pytest.mark.quirk(138)
def test_a_box_over_a_cell_of_an_old_workbook_is_its_text_or_takes_its_number(
    text: str, wide: int, shape: int, stored: int | str, want: str
):
    places = []

    def written(sheet: object, row: int, column: int) -> tuple[int | str, xlwt.XFStyle]:
        places.append((row, column))
        return stored, xlwt.XFStyle()

    data = as_xls(FORMATTED, special={"@": written})
    assert said(drawn_over(data, places[0], wide, shape, text)) == want


def changed(data: bytes, name: str, old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    text = parts[name].decode()
    assert re.search(old, text)
    return as_zip({**parts, name: re.sub(old, new, text, count=1).encode()})


RAISED = '<r><t>45</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>'
PALE = '<r><t>45</t></r><r><rPr><color rgb="FFFFFFFF"/></rPr><t>1</t></r>'
DARK = '<r><t>4</t></r><r><rPr><color theme="1"/></rPr><t>5</t></r>'
STRUCK = "<r><t>45</t></r><r><rPr><strike/></rPr><t>1</t></r>"
SOUND = '<t>45</t><rPh sb="0" eb="1"><t>11</t></rPh>'


@pytest.mark.parametrize(
    ("pieces", "want"),
    [
        (RAISED, "unreadable"),
        (PALE, "unreadable"),
        (DARK, "45"),
        (STRUCK, "45"),
        (SOUND, "45"),
        ("<r><t>4</t></r><r><t>5</t></r>", "45"),
    ],
)
@pytest.mark.quirk(138)
def test_pieces_of_a_text_are_told_apart(pieces: str, want: str):
    text = as_xlsx(RECORD, as_text=True)
    assert said(changed(text, "xl/sharedStrings.xml", "<si><t>45</t></si>", f"<si>{pieces}</si>")) == want


def moved(data: bytes) -> bytes:
    """The same workbook under names of its own, in the strict variant."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    names = {"xl/workbook.xml": "xl/workbook2.xml", "xl/_rels/workbook.xml.rels": "xl/_rels/workbook2.xml.rels",
             "xl/sharedStrings.xml": "xl/strings7.xml", "xl/worksheets/sheet1.xml": "xl/worksheets/blatt.xml"}  # fmt: skip
    swaps = [("workbook.xml", "workbook2.xml"), ("sharedStrings.xml", "strings7.xml"), ("sheet1.xml", "blatt.xml"),
             ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
             ("schemas.openxmlformats.org/officeDocument/2006/relationships", "purl.oclc.org/ooxml/officeDocument/relationships")]  # fmt: skip

    def swapped(xml: bytes) -> bytes:
        for old, new in swaps:
            xml = xml.replace(old.encode(), new.encode())
        return xml

    return as_zip({names.get(n, n): swapped(xml) for n, xml in parts.items()})


@pytest.mark.quirk(133)
def test_a_workbook_of_a_rare_make_is_read_whole():
    found = cells(moved(as_xlsx(SUMMED, special={"@": formula("SUM({row})", 0)})))
    assert found[CODE].printed == "45" and found[TOTAL].state == "unreadable"
    assert said(moved(as_xlsx(RECORD))) == "45"


@pytest.mark.parametrize(
    ("cell", "want"),
    [
        ('<Cell><Data ss:Type="Number">45</Data><Comment><ss:Data>9</ss:Data></Comment></Cell>', "45"),
        ('<Cell><Data ss:Type="String">4<B>5</B></Data></Cell>', "45"),
        ('<Cell ss:StyleID="k"><Data ss:Type="Number">45</Data></Cell>', "unreadable"),
        ('<Cell ss:StyleID="h"><Data ss:Type="Number">45</Data></Cell>', "45"),
        ('<Cell><Data ss:Type="Error">#REF!</Data></Cell>', "unreadable"),
        ('<Cell ss:Formula="=1+1"></Cell>', "unreadable"),
        ('<Cell ss:Formula="=45"><Data ss:Type="Number">45</Data></Cell>', "45"),
        ("<Cell/>", "blank"),
    ],
)
@pytest.mark.quirk(133)
def test_a_workbook_as_excel_2003_wrote_it_is_read_whole(cell: str, want: str):
    styles = '<Style ss:ID="k"><NumberFormat ss:Format=";;;"/></Style><Style ss:ID="h"><NumberFormat ss:Format="Fixed"/></Style>'
    assert said(as_xml2003(FORMATTED, {"@": cell}, styles)) == want


@pytest.mark.parametrize(
    ("look", "want"),
    [
        ('<Font ss:Color="#FFFFFF"/>', "unreadable"), ('<Font ss:Color="#FFFFFF"/><Interior ss:Color="#003366" ss:Pattern="Solid"/>', "45"),
        ('<Font ss:Color="#FFFFFF"/><Interior/>', "unreadable"), ('<Font ss:Color="#FF0000"/>', "45"),
    ],
)  # fmt: skip
@pytest.mark.quirk(136)
def test_white_digits_in_the_xml_of_a_workbook_are_not_read(look: str, want: str):
    cell = '<Cell ss:StyleID="s1"><Data ss:Type="Number">45</Data></Cell>'
    assert said(as_xml2003(RECORD, {"45": cell}, f'<Style ss:ID="s1">{look}</Style>')) == want
