"""What every channel must do with news: albums, links, and what stands already and is edited or taken back.

Of `Edits` and `Stands` a channel has the one that is true of it (`capabilities.edits`).
"""

from dataclasses import replace

import pytest
from markupsafe import Markup

from bot.channels.base import CannotChange
from handlers.events import Attachment, Link, Reply
from tests.channels.contract import Road, Seen
from tests.channels.kit import say
from tests.telegram import samples
from tests.telegram.people import picture

LONG = "Tin dài. " * 2500
PAPER = (samples.PDF, "ke-hoach.pdf")


async def album(road: Road, *colours: str) -> tuple[Attachment, ...]:
    """Kept pictures, one of each colour."""
    kept = [await road.media.keep_photo(picture(colour=colour), "tests") for colour in colours]
    return tuple(Attachment(media_id, f"{number}.jpg") for number, media_id in enumerate(kept))


async def paper(road: Road) -> Attachment:
    """A kept file."""
    kept = await road.media.keep_file(*PAPER, "tests")
    return Attachment(kept.media_id, kept.name)


def pictures(screen: list[Seen]) -> list[bytes]:
    """All of them, in order."""
    return [one for seen in screen for one in ((seen.photo,) if seen.photo else seen.photos)]


async def words(road: Road) -> list[str]:
    return [seen.text for seen in await road.screen() if seen.text]


class NewsContract:
    """The tests. A subclass gives the fixture `road`."""

    async def test_an_album_arrives_whole_and_in_order(self, road: Road) -> None:
        photos = await album(road, "red", "gold", "navy")
        told = await road.channel.send(road.chat, Reply(Markup("Ra <b>quân</b>"), photos=photos), key="1")
        screen = await road.screen()
        assert pictures(screen) == [picture(colour=colour) for colour in ("red", "gold", "navy")]
        assert [(seen.text, seen.bold) for seen in screen if seen.text] == [("Ra quân", ("quân",))]
        assert told.split(",") == [seen.id for seen in screen]

    async def test_an_album_with_buttons_has_them_under_its_text(self, road: Road) -> None:
        reply = replace(say("Ra quân", ("Thôi nhận=nt/off",)), photos=await album(road, "red", "gold"))
        told = await road.channel.send(road.chat, reply, key="1")
        screen = await road.screen()
        assert len(pictures(screen)) == 2
        assert (screen[-1].text, screen[-1].buttons) == ("Ra quân", (("Thôi nhận",),))
        assert told.split(",") == [seen.id for seen in screen]
        await road.presses(screen[-1].id, "Thôi nhận")
        assert (await road.heard.next()).action == "nt/off"

    @pytest.mark.parametrize("count", [1, 2])
    @pytest.mark.parametrize("buttons", [(), ("Thôi nhận=nt/off",)], ids=["plain", "buttons"])
    @pytest.mark.parametrize("text", ["Ra quân", "", LONG], ids=["caption", "empty", "long"])
    async def test_pictures_and_a_file_come_in_one_reply(
        self, road: Road, text: str, buttons: tuple[str, ...], count: int
    ) -> None:
        """The pictures, the file, and the words with the buttons at the end, of which the file may bear them."""
        reply = replace(say(text, *([buttons] if buttons else [])), document=await paper(road))
        photos = await album(road, *("red", "gold")[:count])
        reply = replace(reply, photos=photos) if count > 1 else replace(reply, photo=photos[0])
        told = await road.channel.send(road.chat, reply, key="1")
        screen = await road.screen()
        assert pictures(screen) == [picture(colour=colour) for colour in ("red", "gold")[:count]]
        assert [(seen.document, seen.document_name) for seen in screen if seen.document] == [PAPER]
        assert " ".join(seen.text for seen in screen).split() == text.split()
        assert [seen.buttons for seen in screen] == [()] * (len(screen) - 1) + [((("Thôi nhận",),) if buttons else ())]
        assert told.split(",") == [seen.id for seen in screen]

    async def test_a_text_too_long_for_a_caption_follows_its_album(self, road: Road) -> None:
        photos = await album(road, "red", "gold")
        told = await road.channel.send(road.chat, replace(say(LONG), photos=photos), key="1")
        assert " ".join(await words(road)).split() == LONG.split()
        assert told.split(",") == [seen.id for seen in await road.screen()]

    async def test_a_link_opens_its_address(self, road: Road) -> None:
        links = (Link("Xem kế hoạch", "https://tinhdoan.example.vn/ke-hoach?a=1&b=2"),)
        await road.channel.send(road.chat, replace(say("Tin mới", ("Đã đọc=x",)), links=links), key="1")
        (seen,) = await road.screen()
        assert (seen.links, seen.buttons) == ((("Xem kế hoạch", links[0].url),), (("Đã đọc",),))

    async def test_what_is_gone_is_not_edited_and_not_said_anew(self, road: Road) -> None:
        edit = replace(say("Hội nghị 15:00"), replaces="999999,x", only_edit=True)
        with pytest.raises(CannotChange):
            await road.channel.send(road.chat, edit, key="1")
        assert await road.screen() == []


class Edits:
    """Of a channel that can edit what it has sent."""

    async def test_it_says_so(self, road: Road) -> None:
        assert road.channel.capabilities.edits

    @pytest.mark.parametrize("text", ["Ra quân", LONG], ids=["caption", "long"])
    async def test_the_words_of_pictures_and_a_file_are_edited_and_taken_back(self, road: Road, text: str) -> None:
        for place, count in enumerate((2, 1)):
            photos, document = await album(road, *("red", "gold")[:count]), await paper(road)
            reply = replace(say(text, ("Thôi nhận=nt/off",)), photos=photos, document=document)
            told = await road.channel.send(road.chat, reply, key=str(place))
            edit = replace(say("Ra quân 8:00", ("Đã đọc=x",)), photos=photos, document=document)
            now = await road.channel.send(road.chat, replace(edit, replaces=told, only_edit=True), key=f"e{place}")
            screen = await road.screen()
            assert now.split(",") == [seen.id for seen in screen]
            assert await words(road) == ["Ra quân 8:00"]
            assert (len(pictures(screen)), [seen.document for seen in screen if seen.document]) == (count, [PAPER[0]])
            assert screen[-1].buttons == (("Đã đọc",),)
            assert await road.channel.send(road.chat, Reply(Markup(""), deletes=now), key=f"d{place}") == ""
            assert await road.screen() == []

    async def test_what_was_sent_is_edited_and_nothing_new_is_said(self, road: Road) -> None:
        told = await road.channel.send(road.chat, say("Hội nghị 14:00", ("Đã đọc=x",)), key="1")
        edit = replace(say("Hội nghị 15:00", ("Đã đọc=x",)), replaces=told, only_edit=True)
        assert await road.channel.send(road.chat, edit, key="2") == told
        assert await road.channel.send(road.chat, edit, key="2") == told
        (seen,) = await road.screen()
        assert (seen.text, seen.buttons) == ("Hội nghị 15:00", (("Đã đọc",),))

    async def test_the_words_of_an_album_are_edited_and_its_pictures_stay(self, road: Road) -> None:
        for place, buttons in enumerate(((), ("Thôi nhận=nt/off",))):
            photos = await album(road, "red", "gold")
            reply = replace(say("Ra quân 7:00", *((buttons,) if buttons else ())), photos=photos)
            told = await road.channel.send(road.chat, reply, key=str(place))
            edit = replace(reply, text=Markup(f"Ra quân 8:00, lần {place}"), replaces=told, only_edit=True)
            assert await road.channel.send(road.chat, edit, key=f"e{place}") == told
        assert await words(road) == ["Ra quân 8:00, lần 0", "Ra quân 8:00, lần 1"]
        assert len(pictures(await road.screen())) == 4

    async def test_what_was_sent_is_taken_back(self, road: Road) -> None:
        await road.channel.send(road.chat, say("Tin khác"), key="0")
        photos = await album(road, "red", "gold")
        told = await road.channel.send(road.chat, replace(say(LONG), photos=photos), key="1")
        back = Reply(Markup(""), deletes=told)
        assert await road.channel.send(road.chat, back, key="2") == ""
        assert await words(road) == ["Tin khác"]
        assert pictures(await road.screen()) == []
        # Once more: it is gone, and that was all that was wanted.
        assert await road.channel.send(road.chat, back, key="3") == ""


class Stands:
    """Of a channel where what was sent stays as it is: it says that, and leaves everything alone."""

    async def test_it_says_so(self, road: Road) -> None:
        assert not road.channel.capabilities.edits

    async def test_what_was_sent_is_not_edited(self, road: Road) -> None:
        told = await road.channel.send(road.chat, say("Hội nghị 14:00", ("Đã đọc=x",)), key="1")
        edit = replace(say("Hội nghị 15:00", ("Đã đọc=x",)), replaces=told, only_edit=True)
        with pytest.raises(CannotChange):
            await road.channel.send(road.chat, edit, key="2")
        assert await words(road) == ["Hội nghị 14:00"]

    async def test_what_was_sent_is_not_taken_back(self, road: Road) -> None:
        photos = await album(road, "red", "gold")
        told = await road.channel.send(road.chat, replace(say("Ra quân"), photos=photos), key="1")
        before = await road.screen()
        with pytest.raises(CannotChange):
            await road.channel.send(road.chat, Reply(Markup(""), deletes=told), key="2")
        assert await road.screen() == before
