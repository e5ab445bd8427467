"""Files as phones and offices make them: small, but built as their formats say."""

import io
import wave
import zipfile
from collections.abc import Mapping

from openpyxl import Workbook

MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
"""MPEG 1 layer III, 128 kbit/s at 44100 Hz: 417 bytes."""
AAC_FRAME = b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)
"""ADTS, 16 bytes with its head."""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
AMR = b"#!AMR\n" + b"\x3c" + bytes(31)
FLAC = b"fLaC\x00\x00\x00\x22" + bytes(34)
MP3 = MP3_FRAME * 3
MP3_WITH_HEAD = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + MP3_FRAME
AAC = AAC_FRAME * 3
CSV = "﻿Xã,Số buổi\nPhước Vinh,2\n".encode()


def ogg(codec: bytes = b"OpusHead") -> bytes:
    """The first page of an Ogg stream: a voice of Telegram's."""
    head = codec + bytes(11)
    return b"OggS\x00\x02" + bytes(8) + b"\x01\x02\x03\x04" + bytes(8) + b"\x01" + bytes([len(head)]) + head


def wav() -> bytes:
    """A tenth of a second of silence."""
    packed = io.BytesIO()
    with wave.open(packed, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return packed.getvalue()


def mp4(brand: bytes = b"isom", *tracks: bytes) -> bytes:
    """ISO media with a handler for each track (`vide`, `soun`), the index at the end as phones write it."""
    handlers = b"".join(_box(b"hdlr", bytes(8) + track + bytes(12)) for track in tracks)
    return _box(b"ftyp", brand + bytes(4) + b"mp42") + _box(b"mdat", bytes(300)) + _box(b"moov", handlers)


def _box(name: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + name + content


def matroska(kind: bytes, *codecs: bytes) -> bytes:
    """A Matroska file (`webm` or `matroska`) with a track for each codec."""
    head = b"\x42\x86\x81\x01" + b"\x42\x82" + bytes([0x80 | len(kind)]) + kind
    tracks = b"".join(b"\xd7\x81\x01\x86" + bytes([0x80 | len(codec)]) + codec for codec in codecs)
    return b"\x1aE\xdf\xa3" + bytes([0x80 | len(head)]) + head + b"\x18S\x80g\x01" + b"\xff" * 7 + tracks


def zipped(parts: Mapping[str, str]) -> bytes:
    """A zip, the first file uncompressed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def ooxml(part: str, *more: str) -> bytes:
    """An Office document by its main part."""
    return zipped(dict.fromkeys(("[Content_Types].xml", "_rels/.rels", part, *more), "<x/>"))


def odf(kind: str, *more: str) -> bytes:
    """An OpenDocument: `text`, `spreadsheet`, …"""
    mime = f"application/vnd.oasis.opendocument.{kind}"
    return zipped({"mimetype": mime, "content.xml": "<x/>"} | dict.fromkeys(more, "<x/>"))


def xlsx() -> bytes:
    """A workbook of one cell."""
    packed = io.BytesIO()
    workbook = Workbook()
    workbook.active.append(["Phước Vinh", 2])
    workbook.save(packed)
    return packed.getvalue()


def ole(*entries: str) -> bytes:
    """A compound file with a directory of these names, each of 128 bytes."""
    names = ("Root Entry", *entries)
    directory = b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in names)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + directory
