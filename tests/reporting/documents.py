"""Files as the programs of an office see them: Word files read back, and what LibreOffice makes of any file."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

OFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice: soffice is not on the path")


def word(content: bytes) -> list[str]:
    """The lines of a Word file, cells parted by " | ", in the order of the page; the page's head first."""
    page = Document(BytesIO(content))
    lines = [p.text for p in page.sections[0].header.paragraphs]
    for block in page.element.body.iterchildren():
        if block.tag.endswith("}p"):
            lines.append(_text(block))
        elif block.tag.endswith("}tbl"):
            lines += [" | ".join(_text(cell) for cell in row.tc_lst) for row in block.tr_lst]
    return [line for line in lines if line.strip()]


def _text(element: object) -> str:
    return " ".join(
        found for p in element.iter() if p.tag.endswith("}p")  # type: ignore[attr-defined]
        if (found := "".join(t.text or "" for t in p.iter() if t.tag.endswith("}t")).strip())
    )  # fmt: skip


def layout(*lines: str) -> bytes:
    """A Word file with a paragraph for each line: what an office may bring."""
    page = Document()
    for line in lines:
        page.add_paragraph(line)
    out = BytesIO()
    page.save(out)
    return out.getvalue()


@cache
def _profile() -> Path:
    """LibreOffice's own folder, of this process: to make one takes it a second."""
    folder = tempfile.mkdtemp(prefix="danvan-libreoffice-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def opened_by_libreoffice(content: bytes, suffix: str, to: str, folder: Path, *, read_as: str = "") -> bytes:
    """The file as LibreOffice converts it; fails where it cannot read it or complains. `read_as`: the filter
    that reads it, where its content does not say."""
    (folder / f"file{suffix}").write_bytes(content)
    options = [f"-env:UserInstallation={_profile().as_uri()}", "--headless", "--convert-to", to]
    if read_as:
        options.append(f"--infilter={read_as}")
    ran = subprocess.run(
        [str(OFFICE), *options, "--outdir", str(folder / "out"), str(folder / f"file{suffix}")],
        capture_output=True, text=True, timeout=180, check=True,
    )  # fmt: skip
    # Where there is no Java it says so at the start of whatever it does.
    said = [line for line in ran.stderr.splitlines() if line and "javaldx" not in line and "Java" not in line]
    assert not said, ran.stderr
    return (folder / "out" / f"file.{to.partition(':')[0]}").read_bytes()
