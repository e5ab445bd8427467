"""Pictures that come in, files that are made, and links to them that nobody can guess."""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer
from PIL import Image

from bot.media.store import (
    FILE_LIMIT,
    LINK_DAYS,
    PHOTO_LIMIT,
    PIXEL_LIMIT,
    BadFileError,
    BadPhotoError,
    LinkOverError,
    MediaStore,
    Received,
)
from bot.workshop import XLSX, Workshop
from handlers.events import Attachment
from storage.uow import UnitOfWork
from tests.bot.kit import member
from tests.support.world import SECRET, World
from tests.telegram import samples

PNG_HEAD = b"\x89PNG\r\n\x1a\n"


class CountingMaker:
    """Makes a file of its reference, and remembers how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def make(self, reference: str) -> tuple[bytes, str]:
        if reference == "chart/404/vi":
            raise LookupError(reference)
        self.asked.append(reference)
        await asyncio.sleep(0)
        return f"{reference} {len(self.asked)}".encode(), "image/png"


@pytest.fixture
def maker() -> CountingMaker:
    return CountingMaker()


@pytest.fixture
def media(world: World, maker: CountingMaker, tmp_path: Path) -> MediaStore:
    return MediaStore(world.db, tmp_path / "media", maker, world.clock, SECRET)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), colour: str = "red", mode: str = "RGB") -> bytes:
    content = BytesIO()
    Image.new(mode, size, colour).save(content, kind)
    return content.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([1, 0, 0, 0, 0])
    return PNG_HEAD + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# --- what comes in ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
async def test_a_picture_is_kept_under_its_hash(media: MediaStore, tmp_path: Path, kind: str, mime: str) -> None:
    content = picture(kind)
    kept = await media.resolve(Attachment(await media.keep_photo(content, "web:Lan"), "../../anh.jpg"))
    digest = hashlib.sha256(content).hexdigest()
    assert kept.path == tmp_path / "media" / digest[:2] / digest
    assert (kept.path.read_bytes(), kept.mime) == (content, mime)


async def test_the_same_picture_twice_is_one_file_with_two_ids(media: MediaStore, tmp_path: Path) -> None:
    ids = {await media.keep_photo(picture(), "web:Lan") for _ in range(2)}
    assert len(ids) == 2
    assert len(files(tmp_path / "media")) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 ...",
        picture("GIF"),
        picture("BMP"),
        picture()[:20],
        PNG_HEAD + chunk(b"IHDR", b"\x00\x00"),
        picture().replace(b"IDAT", b"IDaT"),
        picture().replace(b"IEND", b"iEND"),
        claiming(10_000, 5_001),
        claiming(2**31 - 1, 2**31 - 1),
        picture() + bytes(PHOTO_LIMIT),
    ],
    ids=["empty", "svg", "pdf", "gif", "bmp", "cut", "torn head", "torn", "torn end", "pixels", "bomb", "bytes"],
)
async def test_what_is_no_picture_of_ours_is_refused(media: MediaStore, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadPhotoError):
        await media.keep_photo(content, "web:Lan")
    assert not files(tmp_path / "media")


async def test_a_picture_just_within_the_limits_is_kept(media: MediaStore) -> None:
    content = claiming(10_000, PIXEL_LIMIT // 10_000)
    assert await media.keep_photo(content + bytes(PHOTO_LIMIT - len(content)), "web:Lan")


async def test_a_picture_belongs_to_the_chat_that_sent_it(media: MediaStore, world: World) -> None:
    media_id = await media.keep_photo(picture(), "web:Lan")
    async with world.db.read() as conn:
        uow = UnitOfWork(conn, world.clock.now())
        assert await media.received(uow, media_id, "Lan") is not None
        assert await media.received(uow, media_id, "Minh") is None
        assert await media.received(uow, "p/made-up", "Lan") is None


@pytest.mark.parametrize(
    ("content", "kind", "name", "mime"),
    [
        (samples.ogg(), "audio", "thu.ogg", "audio/ogg"),
        (samples.mp4(b"isom", b"vide"), "video", "thu.mp4", "video/mp4"),
        (samples.PDF, "file", "thu.pdf", "application/pdf"),
        (picture("JPEG"), "image", "thu.jpg", "image/jpeg"),
    ],
    ids=["audio", "video", "file", "image"],
)
async def test_a_file_is_kept_as_what_its_content_is(
    media: MediaStore, tmp_path: Path, content: bytes, kind: str, name: str, mime: str
) -> None:
    received = await media.keep_file(content, "../../thu.exe", "web:Lan")
    assert (received.kind, received.name) == (kind, name)
    kept = await media.resolve(Attachment(received.media_id, received.name))
    digest = hashlib.sha256(content).hexdigest()
    assert (kept.path, kept.mime) == (tmp_path / "media" / digest[:2] / digest, mime)
    assert kept.path.read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"<html>", b"%PDF-1.4\n" + bytes(FILE_LIMIT)])
async def test_a_file_that_is_not_kept(media: MediaStore, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadFileError):
        await media.keep_file(content, "hop.pdf", "web:Lan")
    assert not files(tmp_path / "media")


@pytest.mark.parametrize("content", [picture()[:20], picture() + bytes(PHOTO_LIMIT)], ids=["cut", "bytes"])
async def test_a_picture_has_its_own_limits_as_a_file_too(media: MediaStore, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadPhotoError):
        await media.keep_file(content, "anh.png", "web:Lan")
    assert not files(tmp_path / "media")


async def test_a_file_just_within_the_limit_is_kept(media: MediaStore) -> None:
    assert await media.keep_file(samples.PDF.ljust(FILE_LIMIT), "hop.pdf", "web:Lan")


async def test_a_file_belongs_to_the_chat_that_sent_it(media: MediaStore, world: World) -> None:
    sent = await media.keep_file(samples.PDF, "Biên bản: họp.pdf", "web:Lan")
    photo_id = await media.keep_photo(picture(), "web:Lan")
    elsewhere = await media.keep_file(samples.PDF, "x", "telegram:Lan")
    async with world.db.read() as conn:
        uow = UnitOfWork(conn, world.clock.now())
        assert await media.received(uow, sent.media_id, "Lan") is not None
        assert await media.received(uow, sent.media_id, "Lan") == sent
        assert await media.received(uow, photo_id, "Lan") == Received(photo_id, "image", "")
        for media_id, chat in [(sent.media_id, "Minh"), (elsewhere.media_id, "Lan"), ("u/made-up", "Lan")]:
            assert await media.received(uow, media_id, chat) is None


# --- links -----------------------------------------------------------------------------------------


def test_a_link_is_the_same_each_time_and_leads_back(media: MediaStore) -> None:
    link = media.link("p/abc", "ảnh 1/2.jpg")
    assert link == media.link("p/abc", "ảnh 1/2.jpg")
    _, _, token, name = link.split("/")
    assert media.linked(token) == "p/abc"
    assert name == "%E1%BA%A3nh%201%2F2.jpg"


def test_a_link_ends_after_a_month(media: MediaStore, world: World) -> None:
    token = media.link("p/abc", "a.jpg").split("/")[2]
    world.clock.turn_to(world.clock.now() + timedelta(days=LINK_DAYS))
    assert media.linked(token) == "p/abc"
    world.clock.turn_to(world.clock.now() + timedelta(days=2))
    with pytest.raises(LinkOverError):
        media.linked(token)
    with pytest.raises(LinkOverError):
        media.linked(URLSafeSerializer(SECRET, salt="media").dumps("p/abc"))
    assert media.linked(media.link("p/abc", "a.jpg").split("/")[2]) == "p/abc"


@pytest.mark.parametrize("forge", ["turned", "plain", "foreign", "empty"])
def test_a_token_that_was_not_signed_here_leads_nowhere(media: MediaStore, world: World, forge: str) -> None:
    token = media.link("p/abc", "a.jpg").split("/")[2]
    payload, _, signature = token.rpartition(".")
    foreign = MediaStore(world.db, Path(), CountingMaker(), world.clock, b"another key").link("p/abc", "a.jpg")
    forged: dict[str, Any] = {
        "turned": f"{payload[:-1]}x.{signature}",
        "plain": "p%2Fabc",
        "foreign": foreign.split("/")[2],
        "empty": "",
    }
    with pytest.raises(LookupError):
        media.linked(forged[forge])


# --- what is made ----------------------------------------------------------------------------------


async def test_a_chart_is_drawn_once(media: MediaStore, maker: CountingMaker) -> None:
    chart = Attachment("chart/1/vi", "tong-hop.png")
    first = await media.resolve(chart)
    again = await media.resolve(chart)
    assert (first.id, first.path) == (again.id, again.path) == ("chart/1/vi", first.path)
    assert maker.asked == ["chart/1/vi"]


async def test_a_chart_that_many_want_at_once_is_drawn_once(media: MediaStore, maker: CountingMaker) -> None:
    chart = Attachment("chart/1/vi", "tong-hop.png")
    kept = await asyncio.gather(*(media.resolve(chart) for _ in range(8)))
    assert maker.asked == ["chart/1/vi"]
    assert len({one.path for one in kept}) == 1


async def test_a_workbook_is_made_anew_each_time(media: MediaStore, maker: CountingMaker) -> None:
    workbook = Attachment("xlsx/1/1/vi/1", "a.xlsx")
    first, again = await media.resolve(workbook), await media.resolve(workbook)
    assert len(maker.asked) == 2
    assert first.id != again.id
    assert first.path.read_bytes() != again.path.read_bytes()


async def test_what_cannot_be_made_is_a_lookup_error(media: MediaStore, tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        await media.resolve(Attachment("chart/404/vi", "a.png"))
    assert not files(tmp_path / "media")


# --- the workshop ----------------------------------------------------------------------------------


async def test_the_workshop_draws_a_kept_digest_and_writes_a_workbook(world: World) -> None:
    await member(world, "Hùng", "TN", "leader")
    await world.tick()
    await world.says("Hùng", "/tonghop")
    ((snapshot_id,),) = await world.query("SELECT id FROM snapshot")
    workshop = Workshop(world.db, world.office.library, world.office.translators, world.clock)
    data, mime = await workshop.make(f"chart/{snapshot_id}/vi")
    with Image.open(BytesIO(data)) as image:
        assert (image.format, mime) == ("PNG", "image/png")
    data, mime = await workshop.make("xlsx/1/1/vi/1")
    assert (data[:2], mime) == (b"PK", XLSX)


@pytest.mark.parametrize("reference", ["chart/99/vi", "xlsx/99/1/vi/1", "zip/1", "chart/1", "p/gone"])
async def test_the_workshop_makes_nothing_else(world: World, reference: str) -> None:
    workshop = Workshop(world.db, world.office.library, world.office.translators, world.clock)
    with pytest.raises(LookupError):
        await workshop.make(reference)
