"""LibreOffice is asked only for files that no reader understands, and nothing it does can hang or break a load."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from ingest.model import IngestError
from ingest.readers.word.docx import read_docx
from ingest.readers.word.libreoffice import available, convert
from ingest.readers.word.word97 import read_word97
from ingest.words.issues import issue_texts
from tests.factory import zero_record
from tests.factory.compound import compound
from tests.factory.docx import as_docx
from tests.factory.word97 import as_word97

WORD6 = compound({"WordDocument": struct.pack("<HHHHHH", 0xA5DC, 101, 0, 0, 0, 0)})


def program(folder: Path, body: str) -> Path:
    """A stand-in for soffice: a shell script. $out is the folder asked for, $0 its own path."""
    path = folder / "soffice"
    path.write_text('#!/bin/sh\nwhile [ "$1" != --outdir ]; do shift; done\nout="$2"; mkdir -p "$out"\n' + body, "utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a stand-in on PATH that runs the given shell lines."""

    def put(body: str) -> Path:
        monkeypatch.delenv("FOI_SOFFICE", raising=False)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        (tmp_path / "made.docx").write_bytes(as_docx(zero_record()))
        return program(tmp_path, body)

    return put


COPY = 'cp "$(dirname "$0")/made.docx" "$out/in.docx"'


def refused(data: bytes, **options: float) -> IngestError:
    with pytest.raises(IngestError) as caught:
        convert(data, ".doc", **options)
    assert all(len(words) > 10 for words in issue_texts(caught.value.issue).values())
    return caught.value


def test_the_program_is_found_on_the_path_or_by_its_variable(office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = office("")
    assert available() == str(path)
    monkeypatch.setenv("PATH", "/nowhere")
    assert available() is None
    monkeypatch.setenv("FOI_SOFFICE", str(path))
    assert available() == str(path)
    monkeypatch.setenv("FOI_SOFFICE", "/nowhere/soffice")
    assert available() is None and refused(b"x").issue.code == "libreoffice_missing"


def test_a_word_6_file_is_read_through_libreoffice_and_says_so(office):
    office(COPY)
    document = read_word97(WORD6)
    assert document.reader == "libreoffice" and document.blocks == read_docx(as_docx(zero_record())).blocks


def test_each_run_has_a_profile_of_its_own_and_leaves_nothing_behind(office, tmp_path: Path):
    office('printf "%s\\n" "$out" >> "$(dirname "$0")/asked"\n' + COPY)
    convert(b"x", ".doc")
    convert(b"x", ".doc")
    folders = (tmp_path / "asked").read_text().split()
    assert len(set(folders)) == 2 and not any(Path(f).exists() for f in folders)


def test_a_damaged_file_is_refused_without_asking_libreoffice(office, tmp_path: Path):
    """It repairs by guessing: of a Word 97 file with a wrong version number it made rows that were shifted by one cell."""
    office(f'touch "$(dirname "$0")/asked"\n{COPY}')
    good = as_word97(zero_record())
    at = good.find(struct.pack("<HH", 0xA5EC, 0xC1)) + 2
    for bad in (good[:at] + b"\x65" + good[at + 1 :], good[:9000]):
        with pytest.raises(IngestError) as caught:
            read_word97(bad)
        assert caught.value.issue.code == "damaged_doc"
    assert not (tmp_path / "asked").exists()


def test_a_conversion_that_hangs_is_stopped_with_all_that_it_started(office, tmp_path: Path):
    office('echo $$ > "$(dirname "$0")/pid"\nsleep 300 &\nsleep 300')
    error = refused(b"x", timeout=1.0)
    assert error.issue.code == "libreoffice_failed" and "1 s" in error.issue.found
    # The sleepers hold the other end of the pipe that convert reads to its end, so they are gone as well.
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize(("body", "said"), [("echo no filter; exit 1", "no filter"), ("exit 0", ""), ("kill -9 $$", "")])
def test_a_conversion_that_fails_says_why(office, body: str, said: str):
    office(body)
    error = refused(b"x")
    assert error.issue.code == "libreoffice_failed" and said in error.issue.found


def test_a_program_that_cannot_be_started_is_a_failure_in_words(office, tmp_path: Path):
    office("").write_bytes(b"\0\0not a program")
    assert refused(b"x").issue.code == "libreoffice_failed"


def test_what_libreoffice_hands_back_is_checked_like_any_docx(office):
    office('echo broken > "$out/in.docx"')
    with pytest.raises(IngestError) as caught:
        read_word97(WORD6)
    assert caught.value.issue.code == "damaged_docx"
