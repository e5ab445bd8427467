"""A person before the page: she picks who to be, types, taps, sends pictures, and reads what comes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, ViewportSize, expect

CHROMIUM = shutil.which("chromium") or shutil.which("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_MS = 20_000
PHONE: ViewportSize = {"width": 390, "height": 780}
SMALL_PHONE: ViewportSize = {"width": 320, "height": 640}
TELL_VIOLATIONS = """
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        console.error(`policy: ${violatedDirective} ${blockedURI}`));
"""
WORKER_CUT_OFF = "An unknown error occurred when fetching the script."
"""Chromium's word where the network goes away while it fetches the page's worker: it does so again another time."""
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Window:
    """A page of the demo."""

    page: Page

    async def becomes(self, person: str) -> None:
        await self.page.goto("/")
        await self.page.locator(f'[data-person="{person}"]').click()
        await self.is_connected()

    async def is_connected(self) -> None:
        await expect(self.page.locator("#connection[data-state=connected]")).to_be_visible()

    async def says(self, text: str) -> None:
        await self.page.fill("#input", text)
        await self.page.press("#input", "Enter")

    async def presses(self, label: str) -> None:
        """Tap a button of the message that stands to be answered."""
        await self.page.locator(".live [data-action]", has_text=label).click()

    async def ticks(self, label: str) -> None:
        await self.presses(f"☐ {label}")
        await expect(self.page.locator(".live [data-action]", has_text=f"☑ {label}")).to_be_visible()

    async def sends_picture(self, path: Path) -> None:
        await self.page.set_input_files("#file", path)

    async def chooses(self, button: Locator, path: Path) -> None:
        """Press a button that opens the file chooser, and pick that file."""
        async with self.page.expect_file_chooser() as chooser:
            await button.click()
        await (await chooser.value).set_files(path)

    @property
    def want(self) -> Locator:
        """The control for what the newest message wants."""
        return self.page.locator(".want:visible")

    @property
    def attach(self) -> Locator:
        return self.page.locator("#attach")

    async def is_told(self, words: str) -> None:
        """Wait for a line of the page itself."""
        await expect(self.page.get_by_role("alert").filter(has_text=words)).to_be_visible()

    def heard(self, words: str) -> Locator:
        """The bot's messages with these words."""
        return self.page.locator(".msg[data-mine=false]", has_text=words)

    def said(self, words: str) -> Locator:
        """The person's own lines with these words."""
        return self.page.locator(".msg[data-mine=true]", has_text=words)

    async def hears(self, words: str) -> Locator:
        """Wait for the bot to say this; returns the newest such message."""
        newest = self.heard(words).last
        await expect(newest).to_be_visible()
        return newest

    async def shows(self, picture: Locator) -> None:
        """Wait until a picture has really come: not its place, its pixels."""
        await expect(picture).to_be_visible()
        await picture.evaluate("image => image.decode()")
        assert await picture.evaluate("image => image.naturalWidth") > 0

    async def overhang(self) -> int:
        """By how many pixels something reaches over the right edge."""
        return int(
            await self.page.evaluate(
                """() => Math.max(...["#log", "#people", "html"].map(at => document.querySelector(at))
                    .filter(node => node.offsetParent !== null || node === document.documentElement)
                    .map(node => node.scrollWidth - node.clientWidth))"""
            )
        )


@dataclass
class Visit:
    """One browser with its windows; what went wrong in any of them is kept."""

    context: BrowserContext
    errors: list[str] = field(default_factory=list)

    async def window(self, person: str = "", *, screen: ViewportSize | None = None) -> Window:
        page = await self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.add_init_script(TELL_VIOLATIONS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))
        if screen:
            await page.set_viewport_size(screen)
        window = Window(page)
        if person:
            await window.becomes(person)
        return window

    def _console(self, message: ConsoleMessage) -> None:
        # A test that takes the network away sees Chromium say so, sooner or later.
        is_ours = WORKER_CUT_OFF not in message.text and "ERR_INTERNET_DISCONNECTED" not in message.text
        if message.type in {"error", "warning"} and is_ours:
            self.errors.append(f"{message.type}: {message.text}")


def file(folder: Path, name: str, content: bytes) -> Path:
    """A file to send."""
    path = folder / name
    path.write_bytes(content)
    return path
