"""The Word file that an office brings for its reports: read with a pack, tried before it is taken, found again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

FILE = "bao-cao.docx"
"""What it is called in a pack's folder."""

KEY = "layout"
"""The setting of a campaign that holds its SHA-256; under this the content is kept."""

_ROW = {"number": 1, "name": "…", "unit": "…", "goal": "1", "result": "1", "so_far": "1", "percent": "1", "note": "…"}
SAMPLE: Mapping[str, Any] = {
    "heading": "…", "stars": "***", "issuer": "…", "number": "…", "place_and_date": "…", "recipients": ["…", "…"],
    "signed_for": "…", "signer_title": "…", "signer": "…",
    "subject": "…", "scope": "…", "unit": "…", "cut_off": "…", "closing": "…", "without_figures": "…",
    "is_branch": True, "is_demo": True, "is_summed": True, "coverage": ["…", "…"], "results": [_ROW, _ROW],
    "adjustments": [{"period": "…", "unit": "…", "changes": "…", "why": "…"}],
    "examples": [{"unit": "…", "text": "…"}],
    "branches": [
        {"header": ["…", "…"], "rows": [{"number": 1, "name": "…", "cells": ["1", "1"]}], "total": ["1", "1"]}
    ] * 2,
    "silent": ["…", "…"],
}  # fmt: skip
"""What a layout is tried with: every name that it may use, and nothing left out that it may ask for."""


def read_layout(folder: Path, problems: list[str]) -> bytes:
    """The layout in a pack's folder, b"" where there is none; adds what is wrong with it to `problems`."""
    file = folder / FILE
    if not file.is_file():
        return b""
    # docxtpl takes long to import, and most packs bring no layout.
    from reporting.documents.filling import FILE_LIMIT, TemplateFileError, fill

    with file.open("rb") as opened:
        content = opened.read(FILE_LIMIT + 1)
    try:
        for is_whole in (True, False):
            fill(
                content, {**SAMPLE, "is_whole": is_whole}, file=FILE, title="", made_at=datetime(2000, 1, 1, tzinfo=UTC)
            )
    except TemplateFileError as error:
        problems.append(str(error))
    return content


def to_settings(layout: bytes) -> dict[str, Any]:
    """What is kept of a layout in the settings of the campaign."""
    return {KEY: sha256(layout).hexdigest()} if layout else {}


def hash_in(settings: Mapping[str, Any]) -> str:
    """The SHA-256 of the campaign's own layout, "" where it has none."""
    return str(settings.get(KEY) or "")
