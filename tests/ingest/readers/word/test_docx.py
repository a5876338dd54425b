"""A number in a .docx is read once and alone: boxes, notes, fields and formulas beside it never run into it, and nothing there is called blank."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from ingest.model import Cell, IngestError, Paragraph
from ingest.readers import read_document
from ingest.tables import extract
from tests.factory import zero_record
from tests.factory.archive import as_zip
from tests.factory.docx import as_docx, with_parts

CODE = "disclosure.licenses"
RECORD = replace(zero_record(), cells={**zero_record().cells, CODE: "45"})
NUMBER = '<w:p><w:r><w:t xml:space="preserve">45</w:t></w:r></w:p>'
UNREADABLE = "unreadable"


def docx(cell: str, **parts: str) -> bytes:
    """The report whose cell of 45 licenses holds other XML."""
    return with_parts(as_docx(RECORD), {"word/document.xml": lambda xml: xml.replace(NUMBER, cell, 1)}, parts)


def read(data: bytes) -> Cell:
    """The cell of the licenses; every other number must be as it was."""
    cells = {c.code: c for c in extract(read_document(data))[1]}
    assert {k: c.printed for k, c in cells.items() if k != CODE} == {k: v for k, v in RECORD.cells.items() if k != CODE}
    return cells[CODE]


def said(cell: Cell) -> str:
    return cell.printed if cell.printed is not None else cell.state


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{properties and f'<w:rPr>{properties}</w:rPr>'}<w:t>{text}</w:t></w:r>"


def p(*content: str) -> str:
    return f"<w:p>{''.join(content)}</w:p>"


def drawing(text: str, around: str = "wp:inline", inside: str = "") -> str:
    box = f"<wps:wsp><wps:txbx><w:txbxContent>{p(run(text))}</w:txbxContent></wps:txbx></wps:wsp>"
    return f"<w:r><w:drawing><{around}>{inside}{box}</{around.split()[0]}></w:drawing></w:r>"


def vml(text: str, style: str = "") -> str:
    return f'<w:r><w:pict><v:shape style="{style}"><v:textbox><w:txbxContent>{p(run(text))}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>'


def both(choice: str, fallback: str) -> str:
    inner = [x.removeprefix("<w:r>").removesuffix("</w:r>") for x in (choice, fallback)]
    return (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{inner[0]}</mc:Choice>"
        f"<mc:Fallback>{inner[1]}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def field(instruction: str, result: str, data: str = "") -> str:
    result = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}' if result else ""
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r><w:r><w:instrText> {instruction} </w:instrText></w:r>'
    return f'{begin}{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'


FAR = '<wp:positionH relativeFrom="column"><wp:posOffset>2500000</wp:posOffset></wp:positionH>'
PAGE = '<wp:positionV relativeFrom="page"><wp:posOffset>100</wp:posOffset></wp:positionV>'
LIST = '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="7"/><w:listEntry w:val="45"/></w:ddList></w:ffData>'
HIDDEN, RAISED = "<w:vanish/>", '<w:vertAlign w:val="superscript"/>'
RUBY = "<w:r><w:ruby><w:rubyPr/><w:rt>{}</w:rt><w:rubyBase>{}</w:rubyBase></w:ruby></w:r>"
CONTROL = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
MATH = "<m:oMath>{}</m:oMath>"


@pytest.mark.parametrize(
    ("cell", "want"),
    [
        pytest.param(p(both(drawing("45"), vml("45"))), "45", id="a box drawn in two ways"),
        pytest.param(p(both("<w:r><w:drawing><a:pic/></w:drawing></w:r>", vml("45"))), "45", id="only the older way has text"),
        pytest.param(p(drawing("45")), "45", id="a box alone"),
        pytest.param(p(vml("45", "position:absolute;margin-left:2pt;margin-top:1.5pt")), "45", id="an old box alone"),
        pytest.param(p(both(drawing("45"), vml("45"))) + "<w:p/>", "45", id="a box and an empty paragraph"),
        pytest.param(p(run("45"), drawing("11")), UNREADABLE, id="a box beside a number"),
        pytest.param(p(run("45"), both(drawing("11"), vml("11"))), UNREADABLE, id="a box drawn in two ways beside a number"),
        pytest.param(p(drawing("4"), drawing("5")), UNREADABLE, id="two boxes"),
        pytest.param(p(drawing("45", "wp:anchor", FAR)), UNREADABLE, id="a box that is drawn elsewhere"),
        pytest.param(p(drawing("45", "wp:anchor", PAGE)), UNREADABLE, id="a box placed on the page"),
        pytest.param(p(vml("45", "position:absolute;margin-left:200pt")), UNREADABLE, id="an old box that is drawn elsewhere"),
        pytest.param(p("<w:r><w:drawing><wp:inline><dgm:relIds/></wp:inline></w:drawing></w:r>"), UNREADABLE, id="smart art"),
        pytest.param(p(run("45"), "<w:r><w:drawing><a:pic/></w:drawing></w:r>"), "45", id="a picture beside a number"),
        pytest.param(p(run("45"), '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'), "45", id="a note"),
        pytest.param(p(run("45"), '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>1</w:t></w:r>'), UNREADABLE, id="a note's own mark"),
        pytest.param(p(run("45"), run("1", RAISED)), UNREADABLE, id="a raised digit"),
        pytest.param(p(run("45"), run("1", '<w:position w:val="8"/>')), UNREADABLE, id="a lifted digit"),
        pytest.param(p(run("45"), run("7", '<w:color w:val="FFFFFF"/>')), UNREADABLE, id="a white digit"),
        pytest.param(p(run("45", '<w:position w:val="-3"/>')), "45", id="a number in the middle of its cell"),
        pytest.param(p(run("45"), '<w:r><w:commentReference w:id="3"/></w:r>'), "45", id="a comment"),
        pytest.param(p(run("45"), run("7", HIDDEN)), "45", id="hidden digits"),
        pytest.param(p(run("4"), run("5", '<w:vanish w:val="0"/>')), "45", id="hiding that is switched off"),
        pytest.param(p(RUBY.format(run("11"), run("45"))), "45", id="letters over a number"),
        pytest.param(p(run("45"), '<w:del w:id="1"><w:r><w:t>7</w:t></w:r></w:del>'), "45", id="deleted digits"),
        pytest.param(p(run("45"), '<w:moveFrom w:id="1"><w:r><w:t>7</w:t></w:r></w:moveFrom>'), "45", id="digits moved away"),
        pytest.param(p(field("=SUM(LEFT)", "45")), "45", id="a sum"),
        pytest.param(p(field("FORMTEXT", "45")), "45", id="a form field"),
        pytest.param(p(field("FORMDROPDOWN", "", LIST)), "45", id="a list to choose from"),
        pytest.param(p(field("FORMDROPDOWN", "", LIST.replace('"1"', '"9"'))), UNREADABLE, id="a list without its choice"),
        pytest.param(p(run("45"), field("PAGE", "3")), UNREADABLE, id="a page number"),
        pytest.param(p(run("45"), '<w:fldSimple w:instr=" PAGE ">' + run("3") + "</w:fldSimple>"), UNREADABLE, id="a simple page number"),
        pytest.param(p(field('IF ' + '</w:instrText></w:r>' + field("=1", "9") + '<w:r><w:instrText>= 9 "45"', "45")), "45", id="a field in a field"),
        pytest.param(CONTROL.format("<w:showingPlcHdr/>", p(run("0"))), UNREADABLE, id="a placeholder"),
        pytest.param(CONTROL.format('<w:dropDownList><w:listItem w:value="7"/></w:dropDownList>', p(run("45"))), "45", id="a chosen item"),
        pytest.param(p(MATH.format("<m:r><m:t>45</m:t></m:r>")), "45", id="a formula that is a number"),
        pytest.param(p(MATH.format("<m:sSup><m:e><m:r><m:t>4</m:t></m:r></m:e><m:sup><m:r><m:t>5</m:t></m:r></m:sup></m:sSup>")), UNREADABLE, id="a power"),
        pytest.param(p("<w:r><w:noBreakHyphen/><w:t>45</w:t></w:r>"), "-45", id="a hyphen that does not break"),
        pytest.param(p('<w:r><w:sym w:font="Wingdings" w:char="F08C"/></w:r>'), UNREADABLE, id="a symbol"),
        pytest.param(p("<w:r><w:object/></w:r>"), UNREADABLE, id="an embedded object"),
        pytest.param("<w:p/>", "blank", id="nothing"),
    ],
)  # fmt: skip
@pytest.mark.quirk(130, 131)
def test_what_stands_beside_a_number_never_runs_into_it(cell: str, want: str):
    assert said(read(docx(cell))) == want


STYLES = (
    '<w:styles><w:style w:styleId="gone"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="note"><w:rPr>'
    '<w:vertAlign w:val="superscript"/></w:rPr></w:style><w:style w:styleId="mine"><w:basedOn w:val="note"/></w:style></w:styles>'
)


@pytest.mark.parametrize(("style", "want"), [("gone", "45"), ("note", UNREADABLE), ("mine", UNREADABLE), ("unknown", "457")])
@pytest.mark.quirk(130)
def test_a_style_hides_or_raises_as_well(style: str, want: str):
    cell = p(run("45"), run("7", f'<w:rStyle w:val="{style}"/>'))
    assert said(read(docx(cell, **{"word/styles.xml": STYLES}))) == want


@pytest.mark.quirk(130)
def test_a_remark_beside_a_label_does_not_change_it_and_a_title_in_a_box_is_read():
    label = '<w:t xml:space="preserve">行政许可</w:t></w:r>'
    change = {"word/document.xml": lambda xml: xml.replace(label, label + drawing("见附注"), 1)}
    assert said(read(with_parts(as_docx(RECORD), change))) == "45"
    boxed = {
        "word/document.xml": lambda xml: xml.replace("<w:body>", "<w:body>" + p(both(drawing("甲镇年报"), vml("甲镇年报"))), 1)
    }
    first = read_document(with_parts(as_docx(RECORD), boxed)).blocks[0]
    assert isinstance(first, Paragraph) and first.text == "甲镇年报"


@pytest.mark.quirk(130)
def test_cells_merged_in_the_old_way_are_one_cell():
    merged = '<w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr>'
    parts = [
        f'<w:tc><w:tcPr><w:hMerge w:val="{how}"/></w:tcPr>{text}</w:tc>'
        for how, text in (("continue", p(run("7"))), ("continue", "<w:p/>"))
    ]

    def apart(xml: str) -> str:
        at = xml.index(NUMBER)
        start, end = xml.rindex(merged, 0, at), xml.index("</w:tc>", at) + len("</w:tc>")
        return f'{xml[:start]}<w:tc><w:tcPr><w:hMerge w:val="restart"/></w:tcPr>{NUMBER}</w:tc>{"".join(parts)}{xml[end:]}'

    assert said(read(with_parts(as_docx(RECORD), {"word/document.xml": apart}))) == "45"


CHUNK = '<w:p/><w:altChunk r:id="c1"/>'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="{}" Type="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}" {}/></Relationships>'
)


def brought_in(name: str, data: bytes, mode: str = "") -> bytes:
    """A .docx of a title that brings in the report from a part of its own."""
    whole = as_docx(RECORD)
    relations = RELATIONS.format("c1", "aFChunk", name, mode)

    def body(xml: str) -> str:
        first = xml.index("</w:p>") + len("</w:p>")
        return xml[:first] + CHUNK + "</w:body></w:document>"

    return with_parts(whole, {"word/document.xml": body}, {"word/_rels/document.xml.rels": relations, f"word/{name}": data})


@pytest.mark.parametrize("kind", ["html", "rtf", "docx", "mht", "flat"])
@pytest.mark.quirk(132)
def test_a_report_that_is_brought_in_is_read(kind: str):
    from tests.factory.html import gbk
    from tests.factory.mht import as_mht
    from tests.factory.rtf import as_rtf

    makers = {"html": gbk, "rtf": as_rtf, "docx": as_docx, "mht": as_mht, "flat": lambda record: flat(as_docx(record))}
    assert said(read(brought_in(f"chunk.{kind}", makers[kind](RECORD)))) == "45"


@pytest.mark.quirk(132)
def test_contents_that_stand_in_another_file_are_named():
    with pytest.raises(IngestError) as caught:
        read_document(brought_in("https://example.invalid/a.html", b"x", 'TargetMode="External"'))
    assert caught.value.issue.code == "contents_elsewhere" and "example.invalid" in caught.value.issue.found


def flat(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [
            (name, archive.read(name).decode().partition("?>")[2].strip() or archive.read(name).decode())
            for name in archive.namelist()
        ]
    inner = "".join(
        f'<pkg:part pkg:name="/{n}"><pkg:xmlData>{x}</pkg:xmlData></pkg:part>' for n, x in parts if not n.startswith("[")
    )
    head = '<?xml version="1.0" standalone="yes"?><?mso-application progid="Word.Document"?>'
    return f'{head}<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{inner}</pkg:package>'.encode()


def word2003(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("word/document.xml").decode().partition("?>")[2]
    xml = xml.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://schemas.microsoft.com/office/word/2003/wordml"
    )
    xml = (
        xml.replace("w:document", "w:wordDocument")
        .replace("<w:body>", "<w:body><wx:sect>")
        .replace("</w:body>", "</wx:sect></w:body>")
    )
    xml = xml.replace("w:vMerge", "w:vmerge").replace(
        "<w:wordDocument ", '<w:wordDocument xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
        ' xmlns:aml="http://schemas.microsoft.com/aml/2001/core" ', 1)  # fmt: skip
    note = '<aml:annotation aml:id="1" w:type="Word.{}"><aml:content>{}</aml:content></aml:annotation>'
    gone = note.format("Deletion", "<w:r><w:delText>7</w:delText></w:r>") + note.format("Comment", p(run("8")))
    kept = note.format("Insertion", run("5"))
    xml = xml.replace(NUMBER, p(gone, run("4"), kept, f"<w:r><w:footnote>{p(run('9'))}</w:footnote></w:r>"), 1)
    return ('<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>' + xml).encode()


def renamed(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word\\document2.xml"] = parts.pop("word/document.xml")
    return as_zip({n: x.replace(b"word/document.xml", b"word/document2.xml") for n, x in parts.items()})


def strict(data: bytes) -> bytes:
    usual, other = (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    return with_parts(data, {"word/document.xml": lambda xml: xml.replace(usual, other)})


def wide(data: bytes) -> bytes:
    return with_parts(data, {"word/document.xml": lambda xml: xml.replace("UTF-8", "UTF-16").encode("utf-16")})


def template(data: bytes) -> bytes:
    kind = "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"
    old = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return with_parts(
        data, {"[Content_Types].xml": lambda xml: xml.replace(old, kind)}, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
    )


@pytest.mark.parametrize("make", [flat, word2003, renamed, strict, wide, template], ids=lambda make: make.__name__)
@pytest.mark.quirk(133)
def test_a_word_file_of_a_rare_make_is_read_whole(make):
    for record in (RECORD, zero_record("2019")):
        cells = {c.code: c.printed for c in extract(read_document(make(as_docx(record))))[1]}
        assert cells == record.cells


@pytest.mark.parametrize(
    ("names", "code", "found"),
    [
        (("[Content_Types].xml", "ppt/presentation.xml"), "document_not_read", "PowerPoint"),
        (("mimetype", "content.xml"), "document_not_read", "OpenDocument"),
        (("[Content_Types].xml", "a.txt"), "archive_not_read", "a.txt"),
    ],
)
@pytest.mark.quirk(133)
def test_another_office_file_is_called_what_it_is(names: tuple[str, ...], code: str, found: str):
    with pytest.raises(IngestError) as caught:
        read_document(as_zip({name: b"<x/>" for name in names}))
    assert caught.value.issue.code == code and found in caught.value.issue.found


@pytest.mark.quirk(133)
def test_flat_files_of_other_programs_are_told_apart():
    from tests.factory.sheet import as_xlsx

    assert said(read(flat(as_xlsx(RECORD)))) == "45"
    slides = flat(as_zip({"ppt/presentation.xml": b"<p xmlns='http://schemas.openxmlformats.org/presentationml'/>"}))
    text = b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
    for data, found in ((slides, "PowerPoint"), (text, "OpenDocument")):
        with pytest.raises(IngestError) as caught:
            read_document(data)
        assert caught.value.issue.code == "document_not_read" and found in caught.value.issue.found


@pytest.mark.quirk(134)
def test_a_table_of_a_billion_places_is_refused_in_words():
    rows = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="200"/></w:tcPr><w:p/></w:tc></w:tr>' * 6000
    with pytest.raises(IngestError) as caught:
        read_document(docx(NUMBER + f"</w:tc></w:tr></w:tbl><w:tbl>{rows}<w:tr><w:tc>"))
    assert caught.value.issue.code == "too_large"
