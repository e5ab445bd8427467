"""Makes the pictures of the guide and of the README anew, from the running demonstration.

    python docs/pictures.py [name …]

The demonstration is started on a free port with a database of its own, at a fixed time that (nearly) stands still, so
the same code gives the same pictures. Needs Chromium, what `make install` installs, and for the printed cards pdftoppm
(of Poppler). With names, only those pictures are written.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from openpyxl import load_workbook
from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

from bot.config import CAMPAIGNS
from bot.demo import ROOT
from bot.inviting import Made
from bot.printing import invites_pdf
from locales.translator import Translators
from reporting.organisation.invites import hash_code
from reporting.organisation.units import communes
from storage import people
from storage.engine import Database
from storage.uow import UnitOfWork

FOLDER = Path(__file__).parent / "img"
COLOURS = 128
LIMIT = 120_000
"""Bytes of a picture of the guide."""
LIMIT_WIDE = 150_000
"""Bytes of the README's picture."""
LIMIT_ALL = 1_200_000

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
TALL: ViewportSize = {"width": 390, "height": 3600}
"""A phone's width, and room for all that is said: nothing scrolls out of a picture."""
SCREEN: ViewportSize = {"width": 390, "height": 760}
DESKTOP: ViewportSize = {"width": 1180, "height": 820}
MARGIN = 6

# Some seconds before the half hour: what is left until 10:00 is then the same whether rounded up or down.
MORNING = "2026-11-20T08:29:40"
HALF_HOUR_LEFT = "2026-11-20T09:30"
OVERDUE = "2026-11-20T10:05"
DIGEST = "2026-11-20T10:15"
IN_OCTOBER = "2021-10-15T16:29:40"
STILL = "0.01"

SECRET = "pictures"  # noqa: S105  (of a database that lives for a minute)
CODE, UNIT = "K7QM-2XPD", "25654"
CARDS = (
    "K7QM-2XPD", "M3NH-4GDA", "W4RM-CDE7", "2FFC-ER23", "AAZM-KCN7", "RSPZ-SJYR", "AXVT-JHK7", "HEAD-ER23",
)  # fmt: skip
"""Of the invites on paper; they open nothing."""
REPORTS = {
    "TV-CL": "chăm lo 800 em thiếu nhi kinh phí 160 triệu, xây 25 căn nhà nhân ái kinh phí 1 tỷ, "
    "120 lượt đoàn viên tham gia",
    "TV-TC": "xây 20 căn nhà nhân ái kinh phí 800 triệu, 3 tuyến đường thanh niên, 90 lượt đoàn viên tham gia",
    "TV-TXDH": "chăm lo 500 em thiếu nhi kinh phí 100 triệu, 60 lượt đoàn viên tham gia",
}
"""What comes in of Trà Vinh, by unit."""
SILENT = ("TV-CK", "TV-CN", "TV-CT", "TV-DH")
"""Units of Trà Vinh that have joined and not reported."""


# --- the bot ---------------------------------------------------------------------------------------


@contextmanager
def bot(folder: Path, clock: str, verb: str = "demo") -> Iterator[str]:
    """`python -m bot demo` (or `run`) on the database in `folder`; gives its address."""
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603  (this very Python, with words of this file)
        [sys.executable, "-m", "bot", verb, "--clock", clock, "--speed", STILL],
        env=_settings(folder, port), cwd=folder, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield _when_ready(process, f"http://127.0.0.1:{port}/")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def _settings(folder: Path, port: int = 0) -> dict[str, str]:
    """Nothing else of the environment (a bot's token!), and no .env: the folder has none."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DATABASE_URL": _database(folder),
        "MEDIA_DIR": str(folder / "media"),
        "SECRET_KEY": SECRET,
        "WEB_PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }


def load(folder: Path, pack: str) -> None:
    """`python -m bot load` of one of our packs."""
    subprocess.run(  # noqa: S603  (this very Python, with words of this file)
        [sys.executable, "-m", "bot", "load", str(CAMPAIGNS / pack)],
        env=_settings(folder), cwd=folder, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip


def _database(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'bot.db'}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _when_ready(process: subprocess.Popen[bytes], address: str) -> str:
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            urlopen(f"{address}healthz").close()  # noqa: S310  (our own address)
        except OSError:
            time.sleep(0.25)
        else:
            return address
    raise SystemExit("the bot did not start; its complaint stands above")


def invite(folder: Path, code: str, unit: str, role: str = "reporter", moment: str = MORNING) -> None:
    """Write an invite with the code that a picture tells of; `bot invite` would make one up."""
    # In a thread of its own: Playwright's loop runs in this one.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, _write_invite(folder, code, unit, role, moment)).result()


async def _write_invite(folder: Path, code: str, unit: str, role: str, moment: str) -> None:
    db = Database(_database(folder))
    async with db.write() as conn:
        uow = UnitOfWork(conn, datetime.fromisoformat(moment).astimezone(UTC))
        place = await people.unit_by_code(uow, unit)
        assert place, f"there is no unit {unit}"  # noqa: S101
        await people.add_invite(
            uow, code_hash=hash_code(code, SECRET.encode()), unit_id=place["id"], role=role, uses=1,
            expires_at=uow.now + timedelta(days=14),
        )  # fmt: skip
        await uow.flush()
    await db.close()


# --- the pictures ----------------------------------------------------------------------------------


class Album:
    """Takes pictures in; `wanted`: the names to write, all if empty."""

    def __init__(self, wanted: set[str]) -> None:
        self._wanted = wanted

    def add(self, name: str, png: bytes, limit: int = LIMIT) -> None:
        """Write a picture with few colours. Raises SystemExit for one that is too heavy."""
        if self._wanted and name not in self._wanted:
            return
        path = FOLDER / f"{name}.png"
        few = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        size = path.stat().st_size
        print(f"{name}: {few.width} × {few.height}, {size / 1000:.0f} kB")
        if size > limit:
            raise SystemExit(f"{name} is heavier than {limit / 1000:.0f} kB")

    def weigh(self) -> None:
        """Raises SystemExit if all pictures together are too heavy for a guide."""
        total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
        if total > LIMIT_ALL:
            raise SystemExit(f"the pictures weigh {total / 1000:.0f} kB; {LIMIT_ALL / 1000:.0f} kB is the limit")


class Phone:
    """One person's window. What is done in it waits for the bot's answer."""

    def __init__(
        self, browser: Browser, address: str, who: str = "", heard: str = "", size: ViewportSize = TALL
    ) -> None:
        """`who`: a person of the demonstration (empty: a stranger at a real bot); `heard`: words of the last message
        that the bot has sent this person."""
        self.page: Page = browser.new_context(viewport=size, locale="vi-VN").new_page()
        self.page.goto(address)
        if who:
            self.page.locator(f'[data-person="{who}"]').click()
        self.page.locator("#connection[data-state=connected]").wait_for()
        if heard:
            self._messages.filter(has_text=heard).last.wait_for()

    @property
    def _messages(self) -> Locator:
        return self.page.locator(".msg")

    def here(self) -> int:
        """The place of the next message: the beginning of a picture."""
        return self._messages.count()

    def says(self, text: str) -> None:
        self.page.locator("#input").fill(text)
        self._answered(self.page.locator("#send").click)

    def presses(self, label: str | re.Pattern[str]) -> None:
        self._answered(self._button(label).click)

    def ticks(self, *labels: str) -> None:
        """Tick choices; the message with them changes in its place."""
        for label in labels:
            self._button(f"☐ {label}").click()
            self._button(f"☑ {label}").wait_for()

    def sends(self, picture: Path) -> None:
        self._answered(lambda: self.page.locator("#file").set_input_files(picture))

    def turns_to(self, label: str) -> None:
        """Turn the pages of a list, which changes in its place, until it has the button."""
        last = self._messages.last
        last.get_by_role("button", name="Tiếp ▶").wait_for()
        while not last.get_by_role("button", name=label, exact=True).count():
            former = last.get_by_role("button").first.inner_text()
            last.get_by_role("button", name="Tiếp ▶").click()
            last.get_by_role("button", name=former, exact=True).wait_for(state="detached")

    def hears(self, words: str) -> None:
        """Wait for what the bot says by itself."""
        self._messages.filter(has_text=words).last.wait_for()

    def _button(self, label: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=label, exact=True).last

    def _answered(self, act: Callable[[], object]) -> None:
        theirs = self.page.locator(".msg.bot")
        before = theirs.count()
        act()
        theirs.nth(before).wait_for()

    def cut(self, first: int) -> bytes:
        """A picture of the messages from place `first` on (-1: the last one)."""
        self._settle()
        top = self._messages.nth(first).bounding_box()
        end = self._messages.last.bounding_box()
        assert top and end, "a message is out of sight"  # noqa: S101
        y = top["y"] - MARGIN
        height = end["y"] + end["height"] + MARGIN - y
        return self.page.screenshot(clip={"x": 0, "y": y, "width": TALL["width"], "height": height})

    def screen(self) -> bytes:
        """A picture of the whole window."""
        self._settle()
        return self.page.screenshot()

    def last_file(self) -> bytes:
        """The newest file in the window."""
        link = self._messages.locator("a[href]").last
        link.wait_for()
        return self.page.request.get(urljoin(self.page.url, link.get_attribute("href") or "")).body()

    def last_photo(self) -> bytes:
        """The picture of the last message that has one, as it opens when tapped."""
        image = self._messages.locator("img").last
        return self.page.request.get(urljoin(self.page.url, image.get_attribute("src") or "")).body()

    def _settle(self) -> None:
        """No hand on a button, all pictures there."""
        self.page.mouse.move(0, 0)
        self.page.evaluate("Promise.all([...document.images].map(image => image.decode()))")


def photo(path: Path) -> Path:
    """A drawn picture to send: a mended house."""
    image = Image.new("RGB", (640, 400), "#b0d6f0")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 270, 640, 400), fill="#7eaa5c")
    draw.polygon([(170, 190), (320, 95), (470, 190)], fill="#b24a38")
    draw.rectangle((200, 190, 440, 310), fill="#f6e8c4")
    draw.rectangle((295, 230, 345, 310), fill="#7a543c")
    image.save(path)
    return path


# --- what is shown ---------------------------------------------------------------------------------


def secretaries(browser: Browser, folder: Path, album: Album) -> None:
    """One morning: a report, nothing to report, the same as yesterday, a newcomer, a break, a late one."""
    with bot(folder, MORNING) as address:
        _report(browser, address, photo(folder / "photo.jpg"), album)
        _nothing(Phone(browser, address, "tan-chau", "⏰"), album)
        _same(Phone(browser, address, "go-dau", "⏰"), album)
    invite(folder, CODE, UNIT)
    with bot(folder, MORNING, "run") as address:
        _join(Phone(browser, address), album)
    with bot(folder, HALF_HOUR_LEFT) as address:
        _go_on(Phone(browser, address, "go-dau", "30 phút là"), album)
    with bot(folder, OVERDUE) as address:
        _late(Phone(browser, address, "go-dau", "quá hạn"), album)


def _report(browser: Browser, address: str, picture: Path, album: Album) -> None:
    album.add("man-hinh", Phone(browser, address, "phuoc-vinh", "⏰", SCREEN).screen())
    lan = Phone(browser, address, "phuoc-vinh", "⏰")
    lan.presses("📝 Báo cáo ngay")
    lan.ticks("Tặng quà", "Hỗ trợ thiếu nhi")
    album.add("chon-hoat-dong", lan.cut(-1))
    lan.presses("Xong")
    start = lan.here() - 1
    lan.says("khoảng 40")
    lan.says("12")
    lan.presses("12.000.000 đ")
    album.add("go-so", lan.cut(start))
    lan.says("25 em")
    lan.says("5tr")
    lan.says("sáu chục")
    start = lan.here() - 1
    lan.ticks("📷 Ảnh")
    lan.presses("Xong")
    lan.sends(picture)
    album.add("anh", lan.cut(start))
    lan.presses("Bỏ qua")
    album.add("phieu", lan.cut(-1))
    album.add("web-chat", Phone(browser, address, "phuoc-vinh", "xem lại giúp em", DESKTOP).screen(), LIMIT_WIDE)
    lan.presses("✅ Gửi báo cáo")
    album.add("da-nhan", lan.cut(-1))
    _correct(lan, album)


def _correct(lan: Phone, album: Album) -> None:
    start = lan.here()
    lan.says("/lichsu")
    lan.presses(re.compile(r"· 20.11$"))
    album.add("lich-su", lan.cut(start))
    lan.presses("✏️ Sửa báo cáo này")
    lan.presses("✏️ Thiếu nhi được hỗ trợ")
    lan.says("52")
    lan.presses("✅ Gửi báo cáo")
    album.add("da-sua", lan.cut(-1))


def _nothing(hoa: Phone, album: Album) -> None:
    start = hoa.here()
    hoa.says("/baocao")
    hoa.presses("Không phát sinh")
    album.add("khong-phat-sinh", hoa.cut(start))


def _same(minh: Phone, album: Album) -> None:
    start = minh.here()
    minh.says("/baocao")
    minh.presses("Giống hôm qua")
    album.add("giong-hom-qua", minh.cut(start))
    minh.presses("Huỷ")
    minh.presses("Bỏ hẳn")
    minh.says("/baocao")
    minh.presses("📝 Báo cáo ngay")
    minh.ticks("Tặng quà")
    minh.presses("Xong")
    minh.says("20")


def _join(stranger: Phone, album: Album) -> None:
    stranger.says("xin chào")
    stranger.says(CODE)
    stranger.presses("Đúng, tham gia")
    album.add("tham-gia", stranger.cut(0))


def _go_on(minh: Phone, album: Album) -> None:
    start = minh.here() - 1
    minh.says("/baocao")
    minh.presses("Tiếp tục từ câu 3?")
    album.add("lam-tiep", minh.cut(start))


def _late(minh: Phone, album: Album) -> None:
    start = minh.here() - 1
    minh.presses("Không phát sinh")
    minh.presses("Đúng, bỏ phần đó")
    album.add("tre-han", minh.cut(start))


def leaders(browser: Browser, folder: Path, album: Album) -> None:
    """A quarter past ten, after somebody has corrected yesterday's report."""
    with bot(folder, OVERDUE) as address:
        lan = Phone(browser, address, "phuoc-vinh", "Xong")
        lan.says("/lichsu")
        lan.presses(re.compile(r"· 19.11$"))
        lan.presses("✏️ Sửa báo cáo này")
        lan.presses("✏️ Đoàn viên tham gia")
        lan.says("45")
        lan.presses("✅ Gửi báo cáo")
    with bot(folder, DIGEST) as address:
        hung = Phone(browser, address, "thuong-vu", "Điều chỉnh")
        album.add("bieu-do", hung.last_photo())
        album.add("tong-hop", hung.cut(-1))


def targets(browser: Browser, folder: Path, album: Album) -> None:
    """An afternoon of Trà Vinh 2021: a digest with targets, its draft on paper, and who is reminded."""
    load(folder, "tra-vinh-2021")
    codes = dict(zip((*REPORTS, *SILENT, "TV"), CARDS, strict=True))
    for unit, code in codes.items():
        invite(folder, code, unit, "leader" if unit == "TV" else "reporter", IN_OCTOBER)
    with bot(folder, IN_OCTOBER, "run") as address:
        phones = {unit: _joined(Phone(browser, address), code) for unit, code in codes.items()}
        for unit, said in REPORTS.items():
            phones[unit].says(said)
            phones[unit].presses("✅ Gửi báo cáo")
        hung = phones["TV"]
        hung.says("/tonghop")
        hung.hears("Đoàn viên tham gia")
        album.add("chi-tieu", hung.cut(-1))
        hung.presses("Tải Word")
        (folder / "draft.docx").write_bytes(hung.last_file())
        start = hung.here()
        hung.presses("Đơn vị chưa nộp")
        hung.presses("Nhắc ngay")
        album.add("chua-nop", hung.cut(start))
    if shutil.which("soffice") and shutil.which("pdftoppm"):
        album.add("du-thao", _on_paper(folder / "draft.docx", 76))
    else:
        print("du-thao: left as it is; it needs soffice and pdftoppm")


def _joined(stranger: Phone, code: str) -> Phone:
    stranger.says(code)
    stranger.presses("Đúng, tham gia")
    return stranger


def organisation(browser: Browser, folder: Path, album: Album) -> None:
    """An odd number, a line asked back and answered, the units and members of the office, and cards to cut."""
    with bot(folder, MORNING) as address:
        lan = Phone(browser, address, "phuoc-vinh", "⏰")
        _odd(lan, album)
        _asked_back(lan, Phone(browser, address, "thuong-vu", "Xong"), album)
        mai = Phone(browser, address, "van-phong", "Xong")
        _units(mai, album)
        _members(mai, album)
    if shutil.which("pdftoppm"):
        album.add("phieu-ma", cards(folder))
    else:
        print("phieu-ma: left as it is; it needs pdftoppm, of Poppler")


def _odd(lan: Phone, album: Album) -> None:
    lan.says("hỗ trợ 1200 em thiếu nhi, sửa 2 căn nhà tình thương trị giá 800tr, 40 lượt đoàn viên tham gia")
    lan.says("0")
    start = lan.here()
    lan.presses("✅ Gửi báo cáo")
    album.add("dung-vay-chu", lan.cut(start))
    lan.presses("✏️ Giá trị nhà")
    lan.says("80tr")
    lan.presses("✅ Gửi báo cáo")


def _asked_back(lan: Phone, hung: Phone, album: Album) -> None:
    hung.says("/tonghop")
    hung.presses("📂 Theo đơn vị")
    hung.turns_to("✅ Phước Vinh")
    hung.presses("✅ Phước Vinh")
    start = hung.here()
    hung.presses("🔁 Hỏi lại một mục")
    hung.presses("Thiếu nhi được hỗ trợ: 1.200 em")
    hung.says("Có nhầm 120 không?")
    album.add("hoi-lai", hung.cut(start))
    lan.hears("Có nhầm 120 không?")
    start = lan.here() - 1
    lan.presses("120 em")
    album.add("tra-loi", lan.cut(start))


def _units(mai: Phone, album: Album) -> None:
    start = mai.here()
    mai.says("/donvi")
    mai.says("phuoc vinh")
    mai.presses("Đoàn xã Phước Vinh")
    album.add("don-vi", mai.cut(start))


def _members(mai: Phone, album: Album) -> None:
    mai.says("/thanhvien")
    start = mai.here()
    mai.says("phuoc vinh")
    mai.presses(re.compile("^Nguyễn Thị Lan"))
    album.add("thanh-vien", mai.cut(start))


def workbooks(browser: Browser, folder: Path, album: Album) -> None:
    """The office's template, and what the bot finds in one that is sent to it."""
    with bot(folder, MORNING) as address:
        mai = Phone(browser, address, "van-phong", "Xong")
        mai.says("/chiendich")
        start = mai.here()
        mai.sends(_workbook(folder / "he-tinh-nguyen-2027.xlsx", spoilt=True))
        mai.hears("chỗ cần sửa")
        album.add("doc-tep-loi", mai.cut(start))
        start = mai.here()
        mai.sends(_workbook(folder / "he-tinh-nguyen-2027.xlsx", spoilt=False))
        mai.hears("Em nạp nhé")
        album.add("doc-tep", mai.cut(start))
    if shutil.which("soffice") and shutil.which("pdftoppm"):
        guide, survey = (_printed(folder, sheet) for sheet in ("Hướng dẫn", "survey"))
        album.add("mau-huong-dan", guide)
        album.add("mau-cau-hoi", survey)
    else:
        print("mau-…: left as they are; they need soffice and pdftoppm")


def _workbook(path: Path, *, spoilt: bool) -> Path:
    """The template for the demonstration's province, whose units are known."""
    book = load_workbook(CAMPAIGNS / "mau.xlsx")
    book["campaign"]["B5"] = ROOT.code
    book["units"].delete_rows(2, book["units"].max_row)
    if spoilt:
        book["survey"]["B3"], book["deadlines"]["F2"], book["reminders"]["B3"] = "làm nhà", "chiều", "hai giờ"
    book.save(path)
    return path


def _printed(folder: Path, sheet: str) -> bytes:
    """One sheet of the template as it is printed, its left part where it is wide."""
    book = load_workbook(CAMPAIGNS / "mau.xlsx")
    for other in [name for name in book.sheetnames if name != sheet]:
        del book[other]
    if sheet == "survey":
        book[sheet].print_area = "A1:G17"
    book.save(folder / "sheet.xlsx")
    return _trimmed(_on_paper(folder / "sheet.xlsx", 110))


def _on_paper(path: Path, resolution: int) -> bytes:
    """The first page of a file of an office, as it is printed; `resolution` in dots per inch."""
    profile = f"-env:UserInstallation={(path.parent / 'office').as_uri()}"
    convert = ("--headless", profile, "--convert-to", "pdf", "--outdir", str(path.parent), str(path))
    subprocess.run(["soffice", *convert], check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607  (our own file)
    target = path.with_suffix("")
    page = ("-png", "-singlefile", "-r", str(resolution), str(path.with_suffix(".pdf")), str(target))
    subprocess.run(["pdftoppm", *page], check=True)  # noqa: S603, S607  (our own file)
    return path.with_suffix(".png").read_bytes()


def _trimmed(png: bytes) -> bytes:
    """Without the paper around."""
    image = Image.open(BytesIO(png)).convert("RGB")
    box = ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox()
    out = BytesIO()
    image.crop(box).save(out, "png")
    return out.getvalue()


def cards(folder: Path) -> bytes:
    """A page of cards as `bot invite --level --print` writes it, with codes that open nothing."""
    expires = datetime.fromisoformat(MORNING).astimezone(UTC) + timedelta(days=14)
    units = [unit for unit in communes(CAMPAIGNS / "vn_units_2025.csv", "Tây Ninh", ROOT) if unit.parent]
    made = [
        Made(code, unit.name, f"https://t.me/danvan_thu_bot?start={code}", f"https://bot.example.vn/?code={code}",
             ROOT.name, "reporter", 1, expires)
        for code, unit in zip(CARDS, units, strict=False)
    ]  # fmt: skip
    (folder / "cards.pdf").write_bytes(invites_pdf(made, Translators(ZoneInfo("Asia/Ho_Chi_Minh"))["vi"]))
    page = ("-png", "-singlefile", "-r", "84", str(folder / "cards.pdf"), str(folder / "cards"))
    subprocess.run(["pdftoppm", *page], check=True)  # noqa: S603, S607  (our own file)
    return (folder / "cards.png").read_bytes()


def main(names: set[str]) -> None:
    album = Album(names)
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright, TemporaryDirectory() as name:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for story in (secretaries, leaders, targets, organisation, workbooks):
            folder = Path(name) / story.__name__
            folder.mkdir()
            story(browser, folder, album)
    album.weigh()


if __name__ == "__main__":
    main(set(sys.argv[1:]))
