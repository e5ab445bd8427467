"""What is said to the web port: frames, uploads, tokens, cookies, addresses and Telegram's init data of any kind."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.rates import LIMITS, Limit
from bot.web.miniapp import BadInitData, person_in
from bot.web.sessions import COOKIE, Session
from tests.bot.kit import photo
from tests.bot.site import LAN, running
from tests.security.conftest import START
from tests.security.kit import JSON, NASTY_TEXTS, TEXTS, TRIED, Visited, examples

TOKEN = "123456:" + "A" * 30
FRAMES = [
    {"type": "text", "text": "xin chào", "key": "k"},
    {"type": "button", "action": "cmd/trogiup", "message": 1, "key": "k"},
    {"type": "location", "lat": 10.7, "lon": 106.7, "accuracy": 5, "key": "k"},
    {"type": "photo", "media": "p/x", "key": "k"},
    {"type": "file", "media": "u/x", "key": "k"},
    {"type": "hello", "after": 0},
]
NO_FRAMES = ["", "[", "null", "1", "[" * 9000, '{"a":' * 3000]
FIELDS = ["type", "text", "action", "key", "media", "after", "lat", "lon", "accuracy", "message", "as", "chat"]


@pytest.fixture(scope="module")
def visited() -> Iterator[Visited]:
    """Without the limits, which have tests of their own."""
    kept = dict(LIMITS)
    for name in kept:
        LIMITS[name] = Limit(10**12, 1)  # type: ignore[index]
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as folder:
        stack = AsyncExitStack()
        site = runner.run(stack.enter_async_context(running(None, Path(folder), people=[LAN])))
        yield Visited(runner, site)
        runner.run(stack.aclose())
    LIMITS.update(kept)  # type: ignore[attr-defined]


async def no_faults(app: App) -> None:
    async with app.db.read() as conn:
        assert [row[0] for row in await conn.exec_driver_sql("SELECT traceback FROM failed_update")] == []


# --- frames ----------------------------------------------------------------------------------------


@st.composite
def frames(draw: st.DrawFn) -> str:
    frame: dict[str, Any] = dict(draw(st.sampled_from(FRAMES)))
    for _ in range(draw(st.integers(0, 3))):
        frame[draw(st.sampled_from(FIELDS))] = draw(JSON)
    if draw(st.integers(0, 9)) == 0:
        return draw(
            st.one_of(st.sampled_from(["", "[", "null", "1", "[" * 9000, '{"a":' * 3000]), st.text(max_size=30))
        )
    return json.dumps(frame)


def test_fuzz_frames(visited: Visited) -> None:
    """The socket stays open, and after whatever was said a sound line is acknowledged."""
    numbers = iter(range(10**9))

    async def say(said: list[str]) -> None:
        async with visited.site.page("lan") as page:
            for frame in said:
                await page.socket.send_str(frame.encode(errors="replace").decode())
            key = f"sound{next(numbers)}"
            await page.sends({"type": "text", "text": "xin chào", "key": key})
            while (await page.sees("ack"))["key"] != key:
                pass
        await no_faults(visited.site.app)

    @examples(8)
    @given(st.lists(frames(), min_size=1, max_size=10))
    def talk(said: list[str]) -> None:
        TRIED["frames of the web chat"] += len(said)
        visited.run(say(said))

    talk()


# --- uploads ---------------------------------------------------------------------------------------

BEGINNINGS = [
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF....WEBP", b"PK\x03\x04", b"%PDF-1.4",
    b"ID3\x03\x00\x00\x00\x00\x00\x00", b"OggS\x00", b"\x1aE\xdf\xa3", b"\x00\x00\x00\x20ftypM4A ",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",     b"GIF89a",
    b"<svg xmlns='http://www.w3.org/2000/svg'>", b"#!/bin/sh\n", b"\xff\xf1", b"\xff\xfb\x90\x00",
]  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Any bytes after a head that promises something, or a picture with wrong ones in it."""
    if draw(st.booleans()):
        return bytes(draw(st.sampled_from(BEGINNINGS)) + draw(st.binary(max_size=300)))
    content = bytearray(photo())
    for _ in range(draw(st.integers(0, 6))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(0, len(content)))])


def test_fuzz_uploads(visited: Visited) -> None:
    @examples(15)
    @given(files(), TEXTS)
    def upload(content: bytes, name: str) -> None:
        TRIED["uploads"] += 1
        sent = quote(name[:300].encode(errors="replace"))
        status, said = visited.run(visited.site.post(f"/chat/upload?as=lan&name={sent}", content))
        assert status in (200, 422)
        assert said
        if status == 200:
            link = visited.site.app.media.link(said["media"], "a")
            response, _ = visited.run(visited.site.get(link.removeprefix(visited.site.app.media._base_url)))
            assert response.status == 200
            assert "html" not in response.content_type and "svg" not in response.content_type
            assert response.headers["X-Content-Type-Options"] == "nosniff"

    upload()


# --- what is signed --------------------------------------------------------------------------------


@st.composite
def flipped(draw: st.DrawFn, sound: str) -> str:
    """The same with a few bits, letters or pieces that are not."""
    text = list(sound)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(text) - 1))
        match draw(st.sampled_from(["bit", "letter", "drop", "double", "end"])):
            case "bit":
                text[place] = chr(ord(text[place]) ^ 1 << draw(st.integers(0, 6)))
            case "letter":
                text[place] = draw(st.characters(codec="utf-8"))
            case "drop" if len(text) > 1:
                del text[place]
            case "double":
                text.insert(place, text[place])
            case _:
                text = [*text, *draw(st.text(max_size=3))]
    return "".join(text)


def test_fuzz_signed_links(visited: Visited) -> None:
    """None opens anything but what was signed: some letters of a signature, and beside it, say nothing."""
    media = visited.site.app.media
    sound = media.link("p/abcdefgh", "a.jpg").split("/")[-2]

    @examples(60)
    @given(flipped(sound))
    def open_link(token: str) -> None:
        TRIED["signed links"] += 1
        try:
            assert media.linked(token) == "p/abcdefgh"
        except LookupError:
            return

    open_link()


def test_fuzz_cookies(visited: Visited) -> None:
    sessions = visited.site.app.sessions
    sound = sessions._signer.dumps({"a": "lan", "b": "x"})

    class Asked:
        def __init__(self, cookie: str) -> None:
            self.cookies = {COOKIE: cookie}

    @examples(60)
    @given(st.one_of(flipped(sound), TEXTS))
    def come(cookie: str) -> None:
        TRIED["cookies"] += 1
        session = sessions.session(Asked(cookie))  # type: ignore[arg-type]
        assert session in (None, Session("lan", "x"))

    come()


def signed(fields: dict[str, str]) -> str:
    key = hmac.digest(b"WebAppData", TOKEN.encode(), hashlib.sha256)
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return urlencode({**fields, "hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()})


def test_fuzz_init_data() -> None:
    """What Telegram did not sign is nobody's; what it has signed and is odd is refused, and raises nothing else."""
    now: datetime = START
    date = str(int(now.timestamp()))
    sound = signed({"auth_date": date, "user": '{"id": 42}', "query_id": "A"})
    assert person_in(sound, TOKEN, now) == "42"

    @examples(60)
    @given(st.one_of(flipped(sound), TEXTS))
    def forge(data: str) -> None:
        TRIED["init data"] += 1
        try:
            person_in(data, TOKEN, now)
        except BadInitData:
            return
        assert sorted(data.lower()) == sorted(sound.lower()) or "%" in data, data

    @examples(60)
    @given(st.one_of(JSON.map(json.dumps), TEXTS), st.one_of(st.just(date), TEXTS))
    def odd(user: str, at: str) -> None:
        TRIED["init data"] += 1
        try:
            data = signed({"auth_date": at, "user": user})
        except UnicodeEncodeError:
            return
        try:
            assert person_in(data, TOKEN, now).isdigit()
        except BadInitData:
            return

    forge()
    odd()


# --- addresses -------------------------------------------------------------------------------------

PATHS = [
    "/", "/bang", "/bang/u/1", "/vao/abc", "/media/x/y", "/static/app.js", "/chat/people", "/chat/ws", "/healthz",
    "/metrics",
]  # fmt: skip
ELSEWHERE = ["..", "%2e%2e", "....//", "//evil.example"]


def test_fuzz_addresses(visited: Visited) -> None:
    """No address of any kind is a fault of ours, and each answer has the headers that keep a page harmless."""

    async def ask(path: str) -> None:
        async with visited.site.browser.get(visited.site.base + path, allow_redirects=False) as response:
            assert response.status < 500, path
            assert response.headers.get("X-Content-Type-Options") == "nosniff", path
            assert "frame-ancestors" in response.headers.get("Content-Security-Policy", ""), path
            where = response.headers.get("Location", "/")
            assert where.startswith("/") and not where.startswith(("//", "/\\")), (path, where)

    @examples(40)
    @given(st.sampled_from(PATHS), st.one_of(TEXTS, st.sampled_from(ELSEWHERE)), TEXTS)
    def visit(path: str, more: str, query: str) -> None:
        TRIED["addresses"] += 1
        rest = quote(more.encode(errors="replace"), safe="/.%") if more else ""
        asked = quote(query.encode(errors="replace"), safe="=&")
        visited.run(ask(f"{path}/{rest}?{asked}"[:3000]))

    visit()


@pytest.mark.parametrize("text", [text for text in NASTY_TEXTS if len(text) < 60], ids=repr)
def test_a_host_of_any_name_leads_nowhere_else(visited: Visited, text: str) -> None:
    """No link of ours is made of what a request says of its host."""
    host = "".join(letter for letter in text if 32 < ord(letter) < 127) or "evil.example"

    async def ask() -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", visited.site.app.port)
        writer.write(
            f"GET / HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n".encode()
        )
        said = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return int(said.split(b" ")[1]), said

    status, said = visited.run(ask())
    assert status < 500
    assert b"evil.example" not in said
