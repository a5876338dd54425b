"""Let LibreOffice, where it is installed, make a .docx of a file that no reader here understands (Word 6 and 95)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from ingest.model import IngestError

TIMEOUT = 120.0  # seconds


def available() -> str | None:
    """The soffice program: the one that FOI_SOFFICE names, else the one on PATH; None where there is none."""
    if named := os.environ.get("FOI_SOFFICE"):
        return shutil.which(named)
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(data: bytes, suffix: str, timeout: float = TIMEOUT) -> bytes:
    """A file as .docx, made by LibreOffice in a folder and with a profile of its own; IngestError where it cannot."""
    program = available()
    if program is None:
        raise IngestError("libreoffice_missing")
    with tempfile.TemporaryDirectory(prefix="foi-") as folder:
        source, target = Path(folder, f"in{suffix}"), Path(folder, "out", "in.docx")
        source.write_bytes(data)
        command = [program, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "docx", "--outdir", str(target.parent), str(source)]
        said = _run(command, timeout)
        if not target.is_file():
            raise IngestError("libreoffice_failed", "", said)
        return target.read_bytes()


def _run(command: list[str], timeout: float) -> str:
    """What the program printed; it and what it started are stopped when the time is over."""
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
    except OSError as error:
        raise IngestError("libreoffice_failed", "", str(error)) from error
    try:
        said, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        _stop(process)
        process.communicate()
        raise IngestError("libreoffice_failed", "", f"no answer after {timeout:g} s") from error
    return said.decode("utf-8", "replace").strip()[-200:]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the program and what it started; where the system has no groups of processes, itself."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
