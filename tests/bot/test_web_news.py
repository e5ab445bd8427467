"""News on the web: albums, links, and what is taken back while a page is open or away."""

from __future__ import annotations

from markupsafe import Markup

from handlers.events import Attachment, Link, Reply
from tests.bot.kit import photo
from tests.bot.site import Site


async def test_an_album_and_its_link_are_one_message(demo: Site) -> None:
    ids = [await demo.app.media.keep_photo(photo(size), "tests") for size in ((40, 30), (30, 40))]
    photos = tuple(Attachment(media_id, "a.jpg") for media_id in ids)
    link = Link("Xem", "https://tinhdoan.example.vn/?a=1&b=2")
    told = await demo.app.webchat.send("lan", Reply(Markup("Ra quân"), photos=photos, links=(link,)), key="1")
    async with demo.page("lan") as page:
        frame = await page.hears()
    assert (str(frame["id"]), frame["links"]) == (told, [{"label": "Xem", "url": link.url}])
    for shown in frame["photos"]:
        path = shown["url"][shown["url"].index("/media/") :]
        async with demo.browser.get(f"{demo.base}{path}") as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")


async def test_what_is_taken_back_leaves_an_open_page(demo: Site) -> None:
    told = await demo.app.webchat.send("lan", Reply(Markup("nhầm")), key="1")
    other = await demo.app.webchat.send("minh", Reply(Markup("của Minh")), key="2")
    async with demo.page("lan") as page:
        await page.hears()
        await demo.app.webchat.send("lan", Reply(Markup(""), deletes=f"{told},{other}"), key="3")
        assert (await page.sees("gone"))["ids"] == [int(told), int(other)]
    # A message of somebody else's is out of reach, whatever number is said.
    assert await demo.query("SELECT chat FROM web_message") == [("minh",)]


async def test_a_page_that_was_away_is_told_what_still_stands(demo: Site) -> None:
    told = [await demo.app.webchat.send("lan", Reply(Markup(f"tin {n}")), key=str(n)) for n in range(3)]
    await demo.app.webchat.send("lan", Reply(Markup(""), deletes=told[1]), key="x")
    async with demo.page("lan", after=int(told[2])) as page:
        frame = await page.sees("standing")
    assert (frame["from"], frame["until"], frame["ids"]) == (0, int(told[2]), [int(told[2]), int(told[0])])


async def test_the_persons_own_line_is_neither_edited_nor_taken_back(demo: Site) -> None:
    async with demo.page("lan") as page:
        await page.says("xin chào", "k1")
        mine = (await page.sees("message", mine=True))["id"]
        await page.hears()
    await demo.app.webchat.send("lan", Reply(Markup(""), deletes=str(mine)), key="9")
    assert await demo.query(f"SELECT id FROM web_message WHERE id = {mine}") == [(mine,)]
