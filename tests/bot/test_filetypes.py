"""What a file is, told by its content; and the name that it is kept under."""

import unicodedata

import pytest

from bot.media.filetypes import NAME_LIMIT, TEXT, FileType, recognised, safe_name
from tests.telegram import samples
from tests.telegram.people import picture

KEPT = {
    "jpeg": (picture(), "image", "image/jpeg"),
    "mp3": (samples.MP3, "audio", "audio/mpeg"),
    "mp3 with a head": (samples.MP3_WITH_HEAD, "audio", "audio/mpeg"),
    "slow mp3": ((b"\xff\xf3\x40\xc0" + bytes(100)) * 3, "audio", "audio/mpeg"),
    "aac": (samples.AAC, "audio", "audio/aac"),
    "wav": (samples.wav(), "audio", "audio/wav"),
    "amr": (samples.AMR, "audio", "audio/amr"),
    "flac": (samples.FLAC, "audio", "audio/flac"),
    "opus": (samples.ogg(), "audio", "audio/ogg"),
    "vorbis": (samples.ogg(b"\x01vorbis"), "audio", "audio/ogg"),
    "m4a": (samples.mp4(b"M4A ", b"soun"), "audio", "audio/mp4"),
    "m4a of a camera's brand": (samples.mp4(b"mp42", b"soun"), "audio", "audio/mp4"),
    "3gp of a recorder": (samples.mp4(b"3gp4", b"soun"), "audio", "audio/mp4"),
    "mp4": (samples.mp4(b"isom", b"vide", b"soun"), "video", "video/mp4"),
    "mp4 with a still as its cover": (samples.mp4(b"mp42", b"soun", b"vide"), "video", "video/mp4"),
    "3gp": (samples.mp4(b"3gp5", b"vide"), "video", "video/3gpp"),
    "mov": (samples.mp4(b"qt  ", b"vide", b"soun"), "video", "video/quicktime"),
    "webm": (samples.matroska(b"webm", b"V_VP9", b"A_OPUS"), "video", "video/webm"),
    "webm of a recorder": (samples.matroska(b"webm", b"A_OPUS"), "audio", "audio/webm"),
    "mkv": (samples.matroska(b"matroska", b"V_MPEG4/ISO/AVC", b"A_AAC"), "video", "video/x-matroska"),
    "mka": (samples.matroska(b"matroska", b"A_AAC"), "audio", "audio/x-matroska"),
    "pdf": (samples.PDF, "file", "application/pdf"),
    "docx": (samples.ooxml("word/document.xml"), "file", "wordprocessingml.document"),
    "xlsx": (samples.xlsx(), "file", "spreadsheetml.sheet"),
    "pptx": (samples.ooxml("ppt/presentation.xml"), "file", "presentationml.presentation"),
    "odt": (samples.odf("text"), "file", "opendocument.text"),
    "ods": (samples.odf("spreadsheet"), "file", "opendocument.spreadsheet"),
    "doc": (samples.ole("WordDocument"), "file", "application/msword"),
    "xls": (samples.ole("Workbook"), "file", "application/vnd.ms-excel"),
    "xls of 1995": (samples.ole("Book"), "file", "application/vnd.ms-excel"),
    "csv": (samples.CSV, "file", "text/plain"),
    "text": ("Kính gửi: chi đoàn <số 2>, 3 < 5\r\n\tHết".encode(), "file", "text/plain"),
}

REFUSED = {
    "empty": b"",
    "blank": b" \r\n\t",
    "exe": b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00",
    "elf": b"\x7fELF" + bytes(60),
    "html": b"<!DOCTYPE html><p>x",
    "html after a gap": b"\xef\xbb\xbf \n <Body onload=alert(1)>",
    "html further on": b"Ch\xc3\xa0o\n<sCript>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "svg after its comment": b"<!-- x --><svg/>",
    "xml": b"<?xml version='1.0'?><x/>",
    "shell": b"#!/bin/sh\nrm -rf x\n",
    "php": b"x = <?php system('id'); ?>",
    "rtf": b"{\\rtf1 x}",
    "postscript": b"%!PS-Adobe-3.0",
    "latin-1": "Kính gửi".encode("cp1258", "replace") + b"\xff",
    "utf-16": "Kính gửi".encode("utf-16"),
    "control": b"x\x1b[31my",
    "gif": b"GIF89a" + bytes(20),
    "heic": samples.mp4(b"heic", b"pict"),
    "avi": b"RIFF\x10\x00\x00\x00AVI LIST" + bytes(20),
    "ogv": samples.ogg(b"\x80theora"),
    "one mp3 frame": samples.MP3_FRAME,
    "no mp3 frame": b"\xff\xfb\xf0\x00" + bytes(900),
    "cut sync": b"\xff\xfb",
    "no aac frame": b"\xff\xf1\x50\x80\x00\x00\xfc\x00" + bytes(30),
    "zip": samples.zipped({"a.txt": "x"}),
    "apk": samples.zipped({"AndroidManifest.xml": "x", "classes.dex": "x"}),
    "torn zip": samples.ooxml("word/document.xml")[:-30],
    "docm": samples.ooxml("word/document.xml", "word/vbaProject.bin"),
    "odt with macros": samples.odf("text", "Basic/Standard/Module1.xml"),
    "odt that only says so": samples.zipped(
        {"content.xml": "x", "mimetype": "application/vnd.oasis.opendocument.text"}
    ),
    "odf of another kind": samples.odf("text-master"),
    "a list without end": samples.ooxml("word/document.xml", *(f"word/{number}" for number in range(10_000))),
    "msi": samples.ole("SummaryInformation"),
    "doc with macros": samples.ole("WordDocument", "Macros", "_VBA_PROJECT"),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept(name: str) -> None:
    content, kind, mime = KEPT[name]
    found = recognised(content)
    assert found
    assert (found.kind, found.mime[-len(mime) :]) == (kind, mime)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    assert recognised(REFUSED[name]) is None


@pytest.mark.parametrize("name", KEPT)
def test_a_torn_file_is_no_error(name: str) -> None:
    content = KEPT[name][0]
    for length in range(0, min(len(content), 700), 7):
        recognised(content[:length])


PDF = recognised(samples.PDF)
OGG = recognised(samples.ogg())


@pytest.mark.parametrize(
    ("given", "found", "kept"),
    [
        ("Biên bản họp.pdf", PDF, "Biên bản họp.pdf"),
        ("BIEN BAN.PDF", PDF, "BIEN BAN.PDF"),
        ("hop.exe", PDF, "hop.pdf"),
        ("hop.pdf.exe", PDF, "hop.pdf.pdf"),
        ("Kế hoạch 12.2022", PDF, "Kế hoạch 12.2022.pdf"),
        ("danh sách.csv", TEXT, "danh sách.csv"),
        ("xoa.bat", TEXT, "xoa.txt"),
        ("voice.oga", OGG, "voice.oga"),
        ("", OGG, "audio.ogg"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\Users\\an\\thu.txt", TEXT, "thu.txt"),
        ("..", PDF, "file.pdf"),
        (".htaccess", TEXT, "htaccess.txt"),
        ("a\r\nSet-Cookie: x\x00.pdf", PDF, "aSet-Cookie_ x.pdf"),
        ("thu\u202efdp.exe", PDF, "thufdp.pdf"),
        ('a<b>"c".pdf', PDF, "a_b__c_.pdf"),
        ("   thư   mời .pdf", PDF, "thư mời.pdf"),
        ("hop.docx", None, "hop.docx"),
        ("/", None, "file"),
    ],
)
def test_a_name_is_made_safe(given: str, found: FileType | None, kept: str) -> None:
    assert safe_name(given, found) == kept


def test_a_long_name_is_cut_before_its_extension() -> None:
    name = safe_name(unicodedata.normalize("NFD", "Ế" * 300) + ".pdf", PDF)
    assert name == "Ế" * (NAME_LIMIT - 4) + ".pdf"
