"""Who writes a document, to whom, and who signs it, as it stands around the text of a report on paper.

The campaign's sheet may say it (`KEYS`); what it leaves out is told by the unit's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from forms.instance import writable
from locales.translator import Translator

KEYS = ("heading", "issuer", "number", "place", "recipients", "signed_for", "signer_title", "signer")
"""Keys of the campaign sheet that a document knows; `recipients` are parted by semicolons."""

UNION, PARTY = "ĐOÀN TNCS HỒ CHÍ MINH", "ĐẢNG CỘNG SẢN VIỆT NAM"
LONGEST = 200
"""Characters of one of the texts: they stand on a line or two."""

_LEVEL = re.compile(r"(tỉnh|thành|thị|huyện|quận|xã|phường)\s*(đoàn|ủy|uỷ)\s+(.+)", re.IGNORECASE)
_BELOW = re.compile(r"(?:đoàn|đảng bộ|đảng ủy|đảng uỷ)\s+(tỉnh|huyện|xã|phường|thị trấn|đặc khu)\s+(.+)", re.IGNORECASE)
_IN_FULL = {"thành": "thành phố", "thị": "thị xã"}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The texts, ready to print. `stars` stand under the issuer, as many as its organisation uses."""

    heading: str
    stars: str
    issuer: str
    number: str
    place_and_date: str
    recipients: tuple[str, ...]
    signed_for: str
    signer_title: str
    signer: str

    def to_context(self) -> dict[str, Any]:
        """For a template: names as in this class, with plain values."""
        return {**asdict(self), "recipients": list(self.recipients)}


def letterhead(settings: Mapping[str, Any], name: str, at: datetime, tr: Translator) -> Letterhead:
    """The letterhead of a unit with this name. `settings`: of the campaign, or nothing for a unit that does not run it;
    `at`: in which month it is written. It is for a draft: number and day are left open."""
    said = {key: writable(str(settings.get(key) or "")).strip()[:LONGEST] for key in KEYS}
    is_party = said["heading"] == PARTY or (not said["heading"] and _is_party(name))
    place = said["place"] or _place(name)
    written = at.astimezone(tr.timezone)
    return Letterhead(
        heading=said["heading"] or (PARTY if is_party else UNION),
        stars="*" if is_party else "***",
        issuer=(said["issuer"] or _issuer(name)).upper(),
        number=said["number"] or ("Số:        -BC/" + _code(name)),
        place_and_date=f"{place}, ngày …… tháng {written.month} năm {written.year}",
        recipients=_recipients(said["recipients"], name),
        signed_for=said["signed_for"] or ("T/M BAN THƯỜNG VỤ" if is_party else "TM. BAN THƯỜNG VỤ"),
        signer_title=(said["signer_title"] or "Bí thư").upper(),
        signer=said["signer"],
    )


def _is_party(name: str) -> bool:
    return bool(re.match(r"(?:tỉnh|thành|thị|huyện|quận|đảng)\s*(?:ủy|uỷ|bộ)\b", name, re.IGNORECASE))


def _issuer(name: str) -> str:
    """As it is called on paper: of "Tỉnh đoàn Tây Ninh" "BCH Đoàn tỉnh Tây Ninh"."""
    found = _LEVEL.fullmatch(name.strip())
    if found and found[2].casefold() == "đoàn":
        return f"BCH Đoàn {_IN_FULL.get(found[1].casefold(), found[1])} {found[3]}"
    return f"BCH {name}" if name.casefold().startswith("đoàn ") else name


def _place(name: str) -> str:
    found = _LEVEL.fullmatch(name.strip()) or _BELOW.fullmatch(name.strip())
    return found[found.lastindex or 0] if found else name


def _code(name: str) -> str:
    """What follows the number: the kind of document and who wrote it; the rest is the office's."""
    found = _LEVEL.fullmatch(name.strip())
    if found is None:
        return "……"
    level = found[1][0].upper()
    return f"{level}ĐTN-……" if found[2].casefold() == "đoàn" else f"{level}U"


def _recipients(said: str, name: str) -> tuple[str, ...]:
    wanted = [part.strip() for part in re.split(r"[;\n]", said) if part.strip()]
    return tuple(wanted) or (f"Ban Thường vụ {name} (b/c)", "Các đơn vị tham gia", "Lưu: VT")
