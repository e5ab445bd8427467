"""What the pictures are taken with: a bot of their own, a phone before it, paper, and the album that they go into."""

from __future__ import annotations

import asyncio
import os
import re
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
from urllib.parse import urljoin
from urllib.request import urlopen

from openpyxl import load_workbook
from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import Browser, Locator, Page, ViewportSize

from bot.config import CAMPAIGNS
from reporting.organisation.invites import hash_code
from storage import people
from storage.engine import Database
from storage.uow import UnitOfWork

FOLDER = Path(__file__).parent / "img"
COLOURS = 128
LIMIT = 120_000
"""Bytes of a picture of the guide."""
LIMIT_ALL = 1_200_000
TALL: ViewportSize = {"width": 390, "height": 3600}
"""A phone's width, and room for all that is said: nothing scrolls out of a picture."""
MARGIN = 6
# Some seconds before the half hour: what is left until 10:00 is then the same whether rounded up or down.
MORNING = "2026-11-20T08:29:40"
STILL = "0.01"
SECRET = "pictures"  # noqa: S105  (of a database that lives for a minute)


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
        assert place, f"there is no unit {unit}"  # noqa: S101  (a script)
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
        assert top and end, "a message is out of sight"  # noqa: S101  (a script)
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


# --- on paper ---------------------------------------------------------------------------------------


def printed(folder: Path, sheet: str) -> bytes:
    """One sheet of the template as it is printed, its left part where it is wide."""
    book = load_workbook(CAMPAIGNS / "mau.xlsx")
    for other in [name for name in book.sheetnames if name != sheet]:
        del book[other]
    if sheet == "survey":
        book[sheet].print_area = "A1:G17"
    book.save(folder / "sheet.xlsx")
    return _trimmed(on_paper(folder / "sheet.xlsx", 110))


def on_paper(path: Path, resolution: int) -> bytes:
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
