"""Which files are kept, told by their first bytes and their build, never by a name or a claimed MIME type.

Sounds, films and office documents that phones and offices make; nothing that a browser or a machine would run:
no markup, no program, no document with macros.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["image", "audio", "video", "file"]

NAME_LIMIT = 80
_KINDS: dict[str, Kind] = {"image": "image", "audio": "audio", "video": "video"}
_ENTRIES_LIMIT = 10_000
"""Files in a document that is a zip: its list is read into memory."""
_HEAD = 1024 * 1024
"""Bytes in which Matroska tells its tracks."""


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file is: its MIME type, and the extensions that it may go by, the usual one first."""

    mime: str
    suffixes: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return kind_of(self.mime)


def kind_of(mime: str) -> Kind:
    """image, audio or video by the MIME type; file for all else."""
    return _KINDS.get(mime.partition("/")[0], "file")


JPEG = FileType("image/jpeg", (".jpg", ".jpeg"))
PNG = FileType("image/png", (".png",))
WEBP = FileType("image/webp", (".webp",))
MP3 = FileType("audio/mpeg", (".mp3",))
OGG = FileType("audio/ogg", (".ogg", ".oga", ".opus"))
M4A = FileType("audio/mp4", (".m4a", ".mp4", ".m4b", ".3gp"))
AAC = FileType("audio/aac", (".aac",))
WAV = FileType("audio/wav", (".wav",))
AMR = FileType("audio/amr", (".amr",))
FLAC = FileType("audio/flac", (".flac",))
WEBA = FileType("audio/webm", (".weba", ".webm"))
MKA = FileType("audio/x-matroska", (".mka", ".mkv"))
MP4 = FileType("video/mp4", (".mp4", ".m4v"))
MOV = FileType("video/quicktime", (".mov", ".qt"))
THREE_GP = FileType("video/3gpp", (".3gp", ".3g2"))
WEBM = FileType("video/webm", (".webm",))
MKV = FileType("video/x-matroska", (".mkv",))
PDF = FileType("application/pdf", (".pdf",))
DOC = FileType("application/msword", (".doc",))
XLS = FileType("application/vnd.ms-excel", (".xls",))
_OOXML = "application/vnd.openxmlformats-officedocument"
DOCX = FileType(f"{_OOXML}.wordprocessingml.document", (".docx",))
XLSX = FileType(f"{_OOXML}.spreadsheetml.sheet", (".xlsx",))
PPTX = FileType(f"{_OOXML}.presentationml.presentation", (".pptx",))
ODT = FileType("application/vnd.oasis.opendocument.text", (".odt",))
ODS = FileType("application/vnd.oasis.opendocument.spreadsheet", (".ods",))
TEXT = FileType("text/plain", (".txt", ".csv", ".tsv"))

PICTURES = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}

_BEGINNINGS = (
    (re.compile(rb"\xff\xd8\xff"), JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), WEBP),
    (re.compile(rb"RIFF.{4}WAVE", re.DOTALL), WAV),
    (re.compile(rb"ID3[\x02-\x04][\x00-\xfe].[\x00-\x7f]{4}", re.DOTALL), MP3),
    (re.compile(rb"fLaC\x00"), FLAC),
    (re.compile(rb"#!AMR(?:-WB)?\n"), AMR),
    # The first page of an Ogg stream holds the head of its codec, and no other.
    (re.compile(rb"OggS\x00.{21}\x01.(?:OpusHead|\x01vorbis|\x7fFLAC|Speex   )", re.DOTALL), OGG),
    (re.compile(rb"%PDF-\d\.\d"), PDF),
)
_FTYP = re.compile(rb"\x00\x00.{2}ftyp(M4A |M4B |M4V |qt  |3g.{2}|iso.|mp4.|avc1|mmp4|MSNV|dash)", re.DOTALL)
_FILM_TRACK, _SOUND_TRACK = (re.compile(rb"hdlr.{8}" + track, re.DOTALL) for track in (b"vide", b"soun"))
_FILM_CODEC, _SOUND_CODEC = (re.compile(rb"\x86.{1,8}?" + codec + rb"_[A-Z]", re.DOTALL) for codec in (b"V", b"A"))
_EBML = re.compile(rb"\x1aE\xdf\xa3.{1,64}?\x42\x82.{1,8}?(webm|matroska)", re.DOTALL)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
# A script, a page, RTF or PostScript, by how it begins; and what a browser may take for a page further on.
_BEGINS_TO_RUN = re.compile(r"\s*(?:#!|%!|\{\\rtf|<[a-z!?/])", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:script|html|svg|body|iframe|\?php)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def recognised(data: bytes) -> FileType | None:
    """What the bytes are; None for what is not kept. A picture is only told by its beginning: it may yet be broken."""
    for beginning, found in _BEGINNINGS:
        if beginning.match(data):
            return found
    for look in (_frames, _boxes, _matroska, _zipped, _ole, _text):
        if known := look(data):
            return known
    return None


def _frames(data: bytes) -> FileType | None:
    """MP3 or AAC without a head: two frames, the second where the first ends."""
    if len(data) < 8 or data[0] != 0xFF:
        return None
    for found, length in ((MP3, _mp3_frame(data)), (AAC, _aac_frame(data))):
        following = data[length : length + 2]
        if length and len(following) == 2 and following[0] == 0xFF and following[1] & 0xF6 == data[1] & 0xF6:
            return found
    return None


def _mp3_frame(data: bytes) -> int:
    """Bytes of an MPEG layer III frame; 0 if it is none."""
    version, layer, bit_rate, sampling = data[1] >> 3 & 3, data[1] >> 1 & 3, data[2] >> 4, data[2] >> 2 & 3
    if data[1] < 0xE0 or version == 1 or layer != 1 or bit_rate in (0, 15) or sampling == 3:
        return 0
    first = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    second = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
    hertz = (44100, 48000, 32000)[sampling] // {3: 1, 2: 2, 0: 4}[version]
    bits, factor = (first, 144) if version == 3 else (second, 72)
    return factor * bits[bit_rate - 1] * 1000 // hertz + (data[2] >> 1 & 1)


def _aac_frame(data: bytes) -> int:
    """Bytes of an ADTS frame; 0 if it is none."""
    if data[1] & 0xF6 != 0xF0:
        return 0
    length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
    return length if length > 7 else 0


def _boxes(data: bytes) -> FileType | None:
    """MP4 and its kin. A recorder of sound writes the same brands as a camera, so the tracks decide."""
    head = _FTYP.match(data)
    if head is None:
        return None
    brand = head[1][:3]
    has_film, has_sound = (bool(track.search(data)) for track in (_FILM_TRACK, _SOUND_TRACK))
    if not has_film and (has_sound or brand in (b"M4A", b"M4B")):
        return M4A
    if brand == b"qt ":
        return MOV
    return THREE_GP if brand.startswith(b"3g") else MP4


def _matroska(data: bytes) -> FileType | None:
    head = _EBML.match(data)
    if head is None:
        return None
    is_sound = not _FILM_CODEC.search(data, 0, _HEAD) and bool(_SOUND_CODEC.search(data, 0, _HEAD))
    if head[1] == b"webm":
        return WEBA if is_sound else WEBM
    return MKA if is_sound else MKV


def _zipped(data: bytes) -> FileType | None:
    if not data.startswith(b"PK\x03\x04") or data.count(b"PK\x01\x02") > _ENTRIES_LIMIT:
        return None
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    # NotImplementedError: what `zipfile` says to a way of packing that it does not know.
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None
    if any(name.lower().endswith("vbaproject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names):
        return None
    for odf in (ODT, ODS):
        # The standard puts its type first and uncompressed, so that it can be told without a look inside.
        if data.startswith(f"mimetype{odf.mime}PK".encode(), 30):
            return odf
    return next((found for part, found in _PARTS.items() if part in names and "[Content_Types].xml" in names), None)


def _ole(data: bytes) -> FileType | None:
    """The Office of before 2007: its directory names what is inside."""
    if not data.startswith(_OLE) or _entry("_VBA_PROJECT") in data:
        return None
    for name, found in (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS)):
        if _entry(name) in data:
            return found
    return None


def _entry(name: str) -> bytes:
    return f"{name}\0".encode("utf-16-le")


def _text(data: bytes) -> FileType | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    is_plain = (
        not text.isspace() and not _CONTROL.search(text) and not _BEGINS_TO_RUN.match(text) and not _MARKUP.search(text)
    )
    return TEXT if text and is_plain else None


def safe_name(name: str, found: FileType | None = None) -> str:
    """A file's name without folders or characters that show or do something else, of 1 to 80 characters, and with an
    extension that its content may have. `found`: what the content is; None leaves the extension alone."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(one for one in last if unicodedata.category(one)[0] != "C" and one not in "\u2028\u2029")
    clean = re.sub(r'[<>:"|?*]', "_", " ".join(shown.split())).strip(". ")
    stem, suffix = _cut_off_suffix(clean)
    if found and suffix.lower() not in found.suffixes:
        suffix = found.suffixes[0]
    stem = stem or (found.kind if found else "file")
    return stem[: NAME_LIMIT - len(suffix)].rstrip() + suffix


def _cut_off_suffix(name: str) -> tuple[str, str]:
    """A name and its extension; what stands behind the last dot counts as one only if it looks like one."""
    suffix = PurePosixPath(name).suffix
    if re.fullmatch(r"\.(?=\d*[a-z])[a-z0-9]{1,5}", suffix, re.IGNORECASE | re.ASCII) is None:
        return name, ""
    return name.removesuffix(suffix), suffix
