"""Files over the web port: what is uploaded, said and shown, what is refused, and how a browser may open it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp.test_utils import TestClient, TestServer
from itsdangerous import URLSafeSerializer
from markupsafe import Markup

from bot.media.store import FILE_LIMIT, PHOTO_LIMIT, Kept
from bot.web.files import shown_or_saved
from bot.web.origins import Origins
from bot.web.server import WEBHOOK_LIMIT, Web
from handlers.events import Attachment, Document, Photo, Reply
from tests.bot.kit import photo
from tests.bot.site import Page, Site
from tests.telegram.samples import CSV, PDF, mp4, wav


async def upload(site: Site, who: str, content: bytes | BytesIO, name: str = "", kind: str = "image") -> str:
    """The id under which it is kept, as what it should be."""
    status, answer = await site.post(f"/chat/upload?as={who}&name={quote(name)}", content)
    assert (status, answer.get("kind")) == (200, kind), answer
    return str(answer["media"])


async def shown_photo(page: Page, media: str) -> str:
    await page.sends({"type": "photo", "media": media, "key": media})
    frame = await page.sees("message", mine=True)
    await page.acked(media)
    return str(frame["photo"]["url"])


async def test_a_picture_is_uploaded_said_and_shown(demo: Site) -> None:
    content = photo()
    async with demo.page("lan") as page:
        url = await shown_photo(page, await upload(demo, "lan", content))
    response, body = await demo.get(url)
    assert (response.status, response.content_type, body) == (200, "image/png", content)
    assert "private" in response.headers["Cache-Control"]


async def test_a_picture_of_another_chat_cannot_be_said(demo: Site) -> None:
    media = await upload(demo, "minh", photo())
    async with demo.page("lan") as page:
        await page.sends({"type": "photo", "media": media, "key": "k1"})
        await page.sees("error")
        await page.acked("k1")
    assert await demo.query("SELECT count(*) FROM web_message") == [(0,)]
    assert await demo.query("SELECT count(*) FROM seen_update") == [(0,)]


async def said_file(page: Page, media: str) -> dict[str, Any]:
    await page.sends({"type": "file", "media": media, "key": media})
    frame = await page.sees("message", mine=True)
    await page.acked(media)
    return frame


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "Kế hoạch & dự toán.pdf", "file"),
        (wav(), "ghi âm.wav", "audio"),
        (mp4(b"isom", b"vide"), "a.mp4", "video"),
    ],
    ids=["pdf", "sound", "film"],
)
async def test_a_file_is_uploaded_said_and_shown(demo: Site, content: bytes, name: str, kind: str) -> None:
    heard = await demo.is_heard()
    media = await upload(demo, "lan", content, name, kind)
    async with demo.page("lan") as page:
        shown = (await said_file(page, media))["document"]
    assert (await heard.next()).document == Document(media, name, kind)
    assert (shown["name"], shown["kind"]) == (name, kind)
    response, body = await demo.get(shown["url"])
    assert (response.status, body) == (200, content)


async def test_a_file_is_what_it_is_not_what_a_page_says(demo: Site) -> None:
    heard = await demo.is_heard()
    media = await upload(demo, "lan", PDF, "../../<b>anh</b>.jpg", "file")
    async with demo.page("lan") as page:
        frame = {"type": "file", "media": media, "key": "k1", "name": "hoá đơn.exe", "kind": "audio"}
        await page.sends(frame)
        await page.acked("k1")
    document = (await heard.next()).document
    assert document
    assert (document.kind, document.name[-4:]) == ("file", ".pdf")
    assert not set("/<>") & set(document.name)


async def test_a_picture_sent_as_a_file_is_a_picture(demo: Site) -> None:
    heard = await demo.is_heard()
    media = await upload(demo, "lan", photo(), "ảnh chụp.png")
    async with demo.page("lan") as page:
        assert "photo" in await said_file(page, media)
    incoming = await heard.next()
    assert (incoming.photo, incoming.document) == (Photo(media), None)


@pytest.mark.parametrize(("kind", "who"), [("photo", "lan"), ("file", "minh"), ("photo", "minh")])
async def test_a_file_is_said_by_its_own_chat_and_never_as_a_picture(demo: Site, kind: str, who: str) -> None:
    media = await upload(demo, "lan", PDF, "a.pdf", "file")
    async with demo.page(who) as page:
        await page.sends({"type": kind, "media": media, "key": "k1"})
        await page.sees("error")
        await page.acked("k1")
    assert await demo.query("SELECT count(*) FROM web_message") == [(0,)]
    assert await demo.query("SELECT count(*) FROM seen_update") == [(0,)]


@pytest.mark.parametrize(
    ("content", "limit"),
    [
        (photo()[:40], "10 MB"),
        (photo() + bytes(PHOTO_LIMIT), "10 MB"),
        (b"<svg onload='alert(1)'/>", "20 MB"),
        (b"", "20 MB"),
        (b"GIF89a\x01\x00\x01\x00", "20 MB"),
        (b"MZ" + bytes(500), "20 MB"),
        (PDF + bytes(FILE_LIMIT - len(PDF) + 1), "20 MB"),
        (bytes(FILE_LIMIT + 500_000), "20 MB"),
    ],
    ids=["cut", "large picture", "svg", "empty", "gif", "program", "large", "far too large"],
)
async def test_an_upload_that_is_not_kept_is_refused_in_words(demo: Site, content: bytes, limit: str) -> None:
    status, answer = await demo.post("/chat/upload?as=lan", BytesIO(content))
    assert status == 422
    assert limit in answer["error"]
    assert await demo.query("SELECT count(*) FROM media") == [(0,)]


async def test_a_file_of_just_the_limit_is_kept(demo: Site) -> None:
    assert await upload(demo, "lan", BytesIO(PDF + bytes(FILE_LIMIT - len(PDF))), "lớn.pdf", "file")


@pytest.mark.parametrize("name", ["%FF%FE", "a" * 4000, "%0D%0AX: y", "%00", "..%2F..%2Fetc"])
async def test_any_name_of_an_upload_will_do(demo: Site, name: str) -> None:
    status, answer = await demo.post(f"/chat/upload?as=lan&name={name}", PDF)
    assert status == 200
    async with demo.page("lan") as page:
        shown = (await said_file(page, answer["media"]))["document"]
    assert (await demo.get(shown["url"]))[0].status == 200


async def test_only_uploads_may_be_large(demo: Site) -> None:
    """Whoever has not said who he is makes nobody read twenty megabytes."""
    taken: list[int] = []

    async def take(_headers: object, body: bytes) -> int:
        taken.append(len(body))
        return 200

    app = demo.app
    web = Web(
        app.webchat, app.media, app.translators, app.sessions, Origins(""), health=app.health, webhooks={"/hook": take}
    )
    async with TestClient(TestServer(web.app)) as browser:
        assert (await browser.post("/hook", data=BytesIO(bytes(WEBHOOK_LIMIT)))).status == 200
        assert (await browser.post("/hook", data=BytesIO(bytes(WEBHOOK_LIMIT + 1)))).status == 413
    assert taken == [WEBHOOK_LIMIT]


@pytest.mark.parametrize(
    ("content", "name", "mime", "opens"),
    [
        (wav(), "a.wav", "audio/wav", True),
        (mp4(b"isom", b"vide"), "a.mp4", "video/mp4", True),
        (photo(), "a.png", "image/png", True),
        (PDF, "a.pdf", "application/pdf", False),
        (CSV, "a.csv", "text/plain", False),
    ],
)
async def test_only_what_is_seen_and_heard_opens_in_a_page(
    demo: Site, content: bytes, name: str, mime: str, opens: bool
) -> None:
    status, answer = await demo.post(f"/chat/upload?as=lan&name={name}", content)
    assert status == 200
    response, _ = await demo.get(demo.app.media.link(answer["media"], name))
    assert response.content_type == mime
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers.get("Content-Disposition", "").startswith("attachment") is not opens


def test_a_drawing_that_can_hold_scripts_is_saved(tmp_path: Path) -> None:
    headers = shown_or_saved(Kept("p/1", tmp_path, "image/svg+xml")).headers
    assert headers["Content-Disposition"] == "attachment"


async def test_a_player_may_ask_for_a_part(demo: Site) -> None:
    content = wav()
    link = demo.app.media.link(await upload(demo, "lan", content, "a.wav", "audio"), "a.wav")
    response, body = await demo.get(link, headers={"Range": "bytes=10-19"})
    assert (response.status, body) == (206, content[10:20])


async def test_a_sound_of_the_bot_is_told_as_one(demo: Site) -> None:
    media = await upload(demo, "lan", wav(), "câu hỏi.wav", "audio")
    await demo.app.webchat.send("minh", Reply(Markup("Nghe ạ"), document=Attachment(media, "câu hỏi.wav")), key="1")
    async with demo.page("minh") as page:
        document = (await page.hears())["document"]
    assert (document["name"], document["kind"]) == ("câu hỏi.wav", "audio")


async def test_a_link_that_was_not_signed_here_leads_nowhere(demo: Site) -> None:
    media = await upload(demo, "lan", photo())
    link = demo.app.media.link(media, "ảnh 1/2.png")
    assert (await demo.get(link))[0].status == 200
    token = link.split("/")[2]
    for forged in (media.replace("/", "%2F"), token[:-2] + "AA", "x", "..%2F..%2Fworld.db"):
        assert (await demo.get(f"/media/{forged}/a.png"))[0].status == 404, forged
    assert (await demo.get(demo.app.media.link("p/gone", "a.png")))[0].status == 404


async def test_a_link_whose_time_is_over_says_so(demo: Site) -> None:
    media = await upload(demo, "lan", photo())
    of_1970 = URLSafeSerializer(demo.app.office.secret, salt="media").dumps([media, 1])
    response, body = await demo.get(f"/media/{of_1970}/a.png")
    assert response.status == 410
    assert "quá hạn" in body.decode()


async def test_a_workbook_is_saved_and_never_opened_in_the_page(demo: Site) -> None:
    await demo.joins("lan", "TN", "leader")
    async with demo.page("lan") as page:
        await page.sends({"type": "button", "action": "dig/1/xlsx", "key": "k1"})
        document = (await page.hears())["document"]
    assert document["name"] == "tay-ninh-2022-20221216-0818.xlsx"
    response, body = await demo.get(document["url"])
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert body[:2] == b"PK"
