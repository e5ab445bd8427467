"""The page's own files: packed, kept for good under their version, and installable."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from bot.web.shell import STATIC, Shell
from tests.bot.site import LAN, Site, running

PLAIN = {"Accept-Encoding": "identity"}


async def page(site: Site) -> str:
    return (await site.get("/"))[1].decode()


async def test_parts_are_kept_for_good_and_the_page_is_not(real: Site) -> None:
    response, body = await real.get("/")
    assert response.headers["Cache-Control"] == "no-cache"
    (script,) = re.findall(r'<script type="module" src="([^"]+)"', body.decode())
    assert re.fullmatch(r"/static/[0-9a-f]{12}/chat\.js", script)
    response, _ = await real.get(script)
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    response, _ = await real.get("/static/chat.js")
    assert response.headers["Cache-Control"] == "no-cache"


async def test_another_version_leads_on_to_this_one(real: Site) -> None:
    response, _ = await real.get("/static/0123456789ab/chat.js", allow_redirects=False)
    assert response.status == 302
    assert response.headers["Location"] in await page(real)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["nothing.js", "x/nothing.js", "..%2Fshell.py", "x/y/z"])
async def test_there_is_nothing_else(real: Site, path: str) -> None:
    assert (await real.get(f"/static/{path}"))[0].status == 404


async def test_it_comes_packed_to_whoever_can_unpack_it(real: Site) -> None:
    (style,) = re.findall(r'"(/static/[^"]+\.css)"', await page(real))
    plain, whole = await real.get(style, headers=PLAIN)
    assert "Content-Encoding" not in plain.headers
    packed, unpacked = await real.get(style)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert int(packed.headers["Content-Length"]) < len(whole) / 2
    assert unpacked == whole


def test_nothing_but_comments_and_indentation_stays_here() -> None:
    shell = Shell(is_demo=False)
    for source in STATIC.glob("*.js"):
        kept = [line.strip() for line in source.read_text().splitlines()]
        served = shell._files[source.name]
        assert served.packed
        assert gzip.decompress(served.packed) == served.data
        if source.name == "worker.js":
            continue
        for number, line in enumerate(served.data.decode().splitlines()):
            assert line in (kept[number], ""), (source.name, number)
            assert line or not kept[number] or kept[number].startswith(("/", "*")), (source.name, number)


async def test_the_worker_knows_the_parts_of_the_page(real: Site) -> None:
    response, body = await real.get("/worker.js")
    assert (response.content_type, response.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    (version,) = re.findall(r'const VERSION = "(\w+)"', body.decode())
    (parts,) = re.findall(r'const PARTS = "([^"]+)"', body.decode())
    assert set(re.findall(rf'"/static/{version}/([^"]+)"', await page(real))) == set(parts.split())


async def test_the_page_can_be_installed(real: Site) -> None:
    response, body = await real.get("/manifest.webmanifest")
    assert response.content_type == "application/manifest+json"
    manifest = json.loads(body)
    assert (manifest["lang"], manifest["start_url"], manifest["display"]) == ("vi", "/", "standalone")
    assert {(icon["sizes"], icon.get("purpose")) for icon in manifest["icons"]} == {
        ("any", None), ("192x192", "any"), ("512x512", "any"), ("192x192", "maskable"), ("512x512", "maskable"),
    }  # fmt: skip
    for icon in manifest["icons"]:
        response, _ = await real.get(icon["src"])
        assert response.content_type == icon["type"]


async def test_only_the_demo_lets_one_pick_whom_to_be(real: Site, tmp_path: Path) -> None:
    assert "data-demo" not in await page(real)
    async with running(None, tmp_path / "demo", people=[LAN]) as demo:
        assert "data-demo" in await page(demo)
