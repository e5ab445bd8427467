"""Places, pictures and files, given in a browser as people give them: by finger, by keyboard, without a network."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import pytest
import pytest_asyncio
from markupsafe import Markup
from PIL import ExifTags, Image
from playwright.async_api import BrowserContext, Geolocation, Page, expect

from bot.media.store import FILE_LIMIT
from handlers.events import Attachment, Choice, Location, Reply
from tests.bot.site import Site, running
from tests.browser.kit import CHROMIUM, Visit, Window, file
from tests.channels.kit import Recorder
from tests.telegram.samples import PDF, wav

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: neither `chromium` on PATH nor /usr/bin/chromium"),
]

HERE: Geolocation = {"latitude": 11.310424, "longitude": 106.098712, "accuracy": 12}
SHOWN = "📍 11.31042, 106.09871 (±12 m)"
SKIP = ((Choice("Bỏ qua", "skip"),),)
NEVER_ANSWERED = """
    navigator.geolocation.getCurrentPosition = (take, refuse) => Object.assign(window, { take, refuse });
"""
_keys = itertools.count(1)


@pytest_asyncio.fixture(loop_scope="session")
async def heard(site: Site) -> Recorder:
    return await site.is_heard()


async def asks(site: Site, window: Window, words: str, wants: str) -> None:
    """The bot says this to Lan, with a button to skip it; she sees it."""
    await site.app.webchat.send("lan", Reply(Markup(words), SKIP, wants=wants), key=f"ask/{next(_keys)}")
    await window.hears(words)


async def may_know_the_place(context: BrowserContext) -> None:
    await context.grant_permissions(["geolocation"])
    await context.set_geolocation(HERE)


async def digest_of_download(page: Page, name: str) -> str:
    async with page.expect_download() as download:
        await page.locator("a.file", has_text=name).click()
    assert (await download.value).suggested_filename == name
    return hashlib.sha256(Path(await (await download.value).path()).read_bytes()).hexdigest()


# --- a place ---------------------------------------------------------------------------------------


async def test_a_place_is_sent_by_one_press(call: Visit, site: Site, heard: Recorder) -> None:
    await may_know_the_place(call.context)
    window = await call.window("lan")
    await asks(site, window, "Nhà ở đâu ạ?", "place")
    await expect(window.want).to_have_text("📍 Gửi vị trí")
    await window.want.click()
    await expect(window.said(SHOWN)).to_contain_text("✓")
    assert (await heard.next()).location == Location(11.310424, 106.098712, 12)
    await expect(window.want).to_have_count(0)
    await window.page.reload()
    await expect(window.said(SHOWN)).to_have_count(1)
    await expect(window.want).to_have_count(0)


async def test_a_place_is_sent_from_the_keyboard(call: Visit, site: Site, heard: Recorder) -> None:
    await may_know_the_place(call.context)
    window = await call.window("lan")
    await asks(site, window, "Trường ở đâu ạ?", "place")
    await window.want.focus()
    await window.page.keyboard.press("Enter")
    assert (await heard.next()).location
    asked = await window.hears("Trường ở đâu ạ?")
    await expect(asked).to_be_focused()


async def test_a_place_that_may_not_be_known_can_be_typed(call: Visit, site: Site, heard: Recorder) -> None:
    window = await call.window("lan")
    await asks(site, window, "Cầu ở đâu ạ?", "place")
    await window.want.click()
    await window.is_told("Đồng chí gõ toạ độ (ví dụ 11.31042, 106.09871) hoặc dán liên kết bản đồ giúp.")
    await expect(window.want).to_have_text("📍 Gửi vị trí")
    await expect(window.want).to_have_attribute("aria-disabled", "false")
    await window.says("11.31, 106.1")
    assert (await heard.next()).text == "11.31, 106.1"


async def test_a_place_found_too_late_is_not_sent(call: Visit, site: Site, heard: Recorder) -> None:
    await call.context.add_init_script(NEVER_ANSWERED)
    window = await call.window("lan")
    await asks(site, window, "Đường ở đâu ạ?", "place")
    await window.want.click()
    await expect(window.want).to_have_text("📍 Đang tìm vị trí…")
    await window.says("bỏ qua")
    await window.page.evaluate("place => take({ coords: place })", dict(HERE))
    await window.says("xong")
    assert [(await heard.next()).text for _ in range(2)] == ["bỏ qua", "xong"]


# --- pictures and files ----------------------------------------------------------------------------


async def test_a_picture_is_sent_small(call: Visit, site: Site, heard: Recorder, tmp_path: Path) -> None:
    path = tmp_path / "sửa đường.png"
    Image.linear_gradient("L").resize((3200, 1600)).convert("RGB").save(path)
    window = await call.window("lan")
    await asks(site, window, "Gửi ảnh giúp em.", "picture")
    await expect(window.attach).to_have_accessible_name("📷 Gửi ảnh")
    await expect(window.page.locator("#file")).to_have_attribute("accept", "image/*")
    await window.chooses(window.want, path)
    incoming = await heard.next()
    picture = window.page.locator(".msg[data-mine=true] img").last
    await expect(picture).to_have_attribute("src", f"{site.base}{_link(site, incoming.photo)}")
    await window.shows(picture)
    assert await picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [1600, 800]
    await expect(window.attach).to_have_accessible_name("Gửi ảnh hoặc tệp")


def _link(site: Site, sent: object) -> str:
    media_id = getattr(sent, "media_id", None)
    assert media_id
    return site.app.media.link(media_id, "anh.jpg").removeprefix(site.base)


async def test_a_small_picture_stays_as_large_and_forgets_the_place(
    call: Visit, site: Site, heard: Recorder, tmp_path: Path
) -> None:
    path = tmp_path / "từ máy ảnh.jpg"
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "a phone"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (11.0, 18.0, 37.0)
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(path, exif=exif)
    window = await call.window("lan")
    await window.chooses(window.attach, path)
    sent = (await heard.next()).photo
    assert sent
    assert sent.media_id
    kept = await site.app.media.resolve(Attachment(sent.media_id, "anh.jpg"))
    with Image.open(kept.path) as picture:
        assert (picture.format, picture.size) == ("JPEG", (640, 480))
        assert not picture.getexif()


async def test_a_pdf_is_sent_as_it_is(call: Visit, site: Site, heard: Recorder, tmp_path: Path) -> None:
    name = "Kế hoạch & dự toán đợt 2.pdf"
    window = await call.window("lan")
    await asks(site, window, "Gửi kế hoạch giúp em.", "file")
    await expect(window.want).to_have_text("📎 Gửi tệp")
    await expect(window.attach).to_have_accessible_name("📎 Gửi tệp")
    await window.chooses(window.want, file(tmp_path, name, PDF))
    document = (await heard.next()).document
    assert document
    assert (document.name, document.kind) == (name, "file")
    await expect(window.said(name)).to_contain_text("✓")
    assert await digest_of_download(window.page, name) == hashlib.sha256(PDF).hexdigest()
    await window.page.reload()
    await expect(window.said(name)).to_have_count(1)


async def test_a_file_can_be_sent_unasked(call: Visit, heard: Recorder, tmp_path: Path) -> None:
    window = await call.window("minh")
    await window.chooses(window.attach, file(tmp_path, "ghi âm.wav", wav()))
    document = (await heard.next()).document
    assert document
    assert document.kind == "audio"
    await expect(window.said("ghi âm.wav").locator("audio[controls]")).to_be_visible()


async def test_in_a_real_installation_a_session_sends(call: Visit, tmp_path: Path) -> None:
    async with running(None, tmp_path) as real:
        heard = await real.is_heard()
        window = await call.window()
        await window.page.goto(real.base)
        await window.is_connected()
        await window.chooses(window.attach, file(tmp_path, "biên bản.pdf", PDF))
        assert (await heard.next()).document
        await expect(window.said("biên bản.pdf")).to_contain_text("✓")
        await window.page.close()


async def test_a_file_that_is_too_large_stays_here(call: Visit, site: Site, heard: Recorder, tmp_path: Path) -> None:
    window = await call.window("lan")
    posts: list[str] = []
    window.page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    await asks(site, window, "Gửi phim giúp em.", "file")
    await window.chooses(window.want, file(tmp_path, "phim dài.mp4", bytes(FILE_LIMIT + 1)))
    await window.is_told("Tệp này lớn hơn 20 MB nên chưa gửi được.")
    await expect(window.want).to_be_visible()
    await expect(window.said("phim dài.mp4")).to_have_count(0)
    assert (posts, heard.offered) == ([], [])


async def test_a_file_that_is_not_kept_leaves_its_question(call: Visit, site: Site, tmp_path: Path) -> None:
    window = await call.window("lan")
    await asks(site, window, "Gửi công văn giúp em.", "file")
    await window.chooses(window.want, file(tmp_path, "máy.exe", b"MZ" + bytes(500)))
    await expect(window.page.get_by_role("alert")).to_contain_text("20 MB")
    await expect(window.said("máy.exe")).to_have_count(0)
    await expect(window.want).to_be_visible()
    call.errors = [error for error in call.errors if "422" not in error]


async def test_a_file_waits_for_the_network(call: Visit, heard: Recorder, tmp_path: Path) -> None:
    window = await call.window("minh")
    path = file(tmp_path, "báo cáo tháng.pdf", PDF)
    await call.context.set_offline(True)
    await expect(window.page.locator("#offline")).to_be_visible()
    await window.chooses(window.attach, path)
    line = window.said("báo cáo tháng.pdf")
    await expect(line).to_contain_text("đang gửi…")
    await window.says("em gửi kèm tệp")
    path.unlink()
    await call.context.set_offline(False)
    await expect(line).to_contain_text("✓")
    assert (await heard.next()).document
    assert (await heard.next()).text == "em gửi kèm tệp"
    call.errors = [error for error in call.errors if "ERR_INTERNET_DISCONNECTED" not in error]
