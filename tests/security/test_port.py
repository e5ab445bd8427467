"""The web port: who may look inside, which headers go out, and what no address, host or proxy can do."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.web.insiders import Insiders
from tests.bot.site import running
from tests.security.kit import Visited

TOKEN = "a-long-random-token"


@pytest.fixture(scope="module")
def visited() -> Iterator[Visited]:
    """One bot for all that ask: none of them changes anything."""
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as folder:
        stack = AsyncExitStack()
        site = runner.run(stack.enter_async_context(running(None, Path(folder), metrics_token=TOKEN)))
        yield Visited(runner, site)
        runner.run(stack.aclose())


def told(visited: Visited, path: str, **headers: str) -> tuple[int, bytes]:
    response, body = visited.run(visited.site.get(path, headers=headers))
    return response.status, body


def raw(visited: Visited, head: bytes) -> bytes:
    """What is answered to a request that is sent as it is: a client would tidy it up first."""

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", visited.site.app.port)
        writer.write(head + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        said = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return said

    return bytes(visited.run(ask()))


def test_metrics_are_for_this_machine_or_the_token(visited: Visited) -> None:
    assert (told(visited, "/metrics"))[0] == 200
    outside = {"X-Forwarded-For": "203.0.113.7"}
    status, body = told(visited, "/metrics", **outside)
    assert status == 403
    assert b"danvan_" not in body
    for wrong in ("", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN, "Bearer \udcff"):
        assert (told(visited, "/metrics", Authorization=wrong.encode(errors="replace").decode(), **outside))[0] == 403
    assert (told(visited, "/metrics", Authorization=f"Bearer {TOKEN}", **outside))[0] == 200


def test_health_says_no_more_than_well_or_ill_to_others(visited: Visited) -> None:
    assert json.loads((told(visited, "/healthz"))[1])["database"] == "ok"
    status, body = told(visited, "/healthz", Forwarded="for=203.0.113.7")
    assert (status, json.loads(body)) == (200, {"ok": True})


@pytest.mark.parametrize(
    ("peer", "headers", "inside"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("10.0.0.5", {}, False),
        ("203.0.113.7", {}, False),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}, False),
        ("203.0.113.7", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("203.0.113.7", {"Host": "localhost"}, False),
        ("", {}, False),
        ("unix:", {}, False),
    ],
)
def test_who_is_inside(peer: str, headers: dict[str, str], inside: bool) -> None:
    request = make_mocked_request("GET", "/metrics", headers=headers).clone(remote=peer)
    assert Insiders().has(request) is inside


PATHS = ["/", "/vao/abc", "/bang", "/bang/u/1", "/media/x/y", "/chat/people", "/healthz", "/metrics", "/nowhere",
         "/chat/upload", "/static/nothing.js", "/chat/ws"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_keeps_browsers_from_harm(visited: Visited, path: str) -> None:
    """Also those that refuse."""
    response, _ = visited.run(visited.site.get(path, allow_redirects=False))
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    cookies = response.headers.getall("Set-Cookie", [])
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


ESCAPES = [
    "/static/../bot/config.py", "/static/%2e%2e/config.py", "/static/..%2fconfig.py", "/static//etc/passwd",
    "/static/\\..\\x", "/media/../../etc/passwd", "/media/x/..%2f..%2f..%2fetc%2fpasswd", "/media/%00/x",
    "/bang/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("path", ESCAPES)
def test_no_address_leads_out_of_the_house(visited: Visited, path: str) -> None:
    said = raw(visited, f"GET {path} HTTP/1.1".encode())
    assert said.split(b" ")[1] in (b"400", b"403", b"404"), said[:200]
    assert b"root:" not in said and b"class Settings" not in said


def test_a_session_that_somebody_else_has_fixed_is_not_taken_over(visited: Visited) -> None:
    """A cookie that was put into a browser is none of ours; ours cannot be made outside."""
    response, _ = visited.run(visited.site.get("/", headers={"Cookie": "danvan=chosen-by-an-attacker"}))
    assert response.cookies["danvan"].value != "chosen-by-an-attacker"


def test_headers_of_any_size_are_no_fault(visited: Visited) -> None:
    assert raw(visited, b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 100_000).split(b" ")[1] == b"400"


@pytest.mark.parametrize("path", ["/", "/bang", "/chat/ws", "/chat/upload"])
def test_a_cookie_of_any_bytes_is_nobodys(visited: Visited, path: str) -> None:
    cookie = b"Cookie: danvan=\xff\xfe; danvan_bang=\xff.\xed\xa0\x80"
    said = raw(visited, f"GET {path} HTTP/1.1\r\n".encode() + cookie)
    assert int(said.split(b" ")[1]) < 500
