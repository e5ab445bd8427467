"""Groups on Telegram: what is heard of them, and what a send into one may meet."""

import pytest
from markupsafe import Markup

from bot.channels.base import CannotChange, Moved, Refused, Silenced, TryLater
from bot.channels.telegram import TelegramChannel
from bot.media.store import MediaStore
from handlers.events import Attachment, Membership, Reply
from tests.channels.kit import Recorder, say
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.groups import Group
from tests.telegram.people import Person, picture


@pytest.fixture
async def group(an: Person, emulator: TelegramEmulator, heard: Recorder) -> Group:
    """A small group, with the bot in it."""
    group = emulator.group("Đội hình 26/3", an)
    group.adds_bot()
    await heard.next()
    return group


@pytest.fixture
async def large(an: Person, emulator: TelegramEmulator, heard: Recorder) -> Group:
    """A supergroup, with the bot in it."""
    group = emulator.group("Tỉnh đoàn", an, supergroup=True)
    group.adds_bot()
    await heard.next()
    return group


# --- what is heard -----------------------------------------------------------------------------------


async def test_a_group_has_its_title_and_a_person_none(an: Person, group: Group, heard: Recorder) -> None:
    await an.says("/lienket", to=group)
    await an.says("/trogiup")
    assert {((one := await heard.next()).text, one.title) for _ in range(2)} == {
        ("/lienket", "Đội hình 26/3"),
        ("/trogiup", ""),
    }


async def test_a_long_title_is_cut(an: Person, emulator: TelegramEmulator, heard: Recorder) -> None:
    emulator.group("Đ" * 300, an).adds_bot()
    assert (await heard.next()).title == "Đ" * 128


async def test_a_press_in_a_group(an: Person, group: Group, heard: Recorder, channel: TelegramChannel) -> None:
    sent = await channel.send(str(group.id), say("Hay không?", ("❤ 0=st/7/like",)), key="1")
    await an.presses("❤ 0", to=group)
    press = await heard.next()
    assert (press.chat, press.is_group, press.title) == (str(group.id), True, "Đội hình 26/3")
    assert (press.action, press.message_id, press.sender) == ("st/7/like", sent, str(an.id))


async def test_silenced_and_allowed_again(
    large: Group, an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    large.silences_bot()
    large.frees_bot()
    large.promotes_bot()
    large.silences_bot()
    large.removes_bot()
    told = [(await heard.next()).membership for _ in range(5)]
    assert told == [
        Membership.SILENCED,
        Membership.ALLOWED,
        # Who runs a group may write, also where its members may not.
        Membership.ALLOWED,
        Membership.SILENCED,
        Membership.REMOVED,
    ]


async def test_a_group_that_moves_tells_so_once(
    group: Group, an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    old, new = group.id, group.upgrades()
    told = {(one.chat, one.membership, one.moved_to) for one in [await heard.next() for _ in range(2)]}
    assert told == {(str(old), Membership.MOVED, str(new)), (str(new), Membership.ADDED, None)}
    await emulator.polled()
    assert heard.unheard == 0


# --- what is formatted -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "markup"),
    [
        ("<b>Ra quân</b> & <i>vui</i> 🙂<u>lắm</u>", "<b>Ra quân</b> &amp; <i>vui</i> 🙂<u>lắm</u>"),
        ("<b>một <s>hai</s></b> <code>3</code>", "<b>một <s>hai</s></b> <code>3</code>"),
        ('<a href="https://a.vn/?x=1&amp;y=2">đây</a>', '<a href="https://a.vn/?x=1&amp;y=2">đây</a>'),
        ('<a href="tg://user?id=7000000001">An</a> <b>đâu</b>', "An <b>đâu</b>"),
        ("<tg-spoiler>bí mật</tg-spoiler> <b>x</b>", "bí mật <b>x</b>"),
        ("<blockquote><b>lời</b></blockquote>", "<b>lời</b>"),
        ('<pre><code class="language-py">a &lt; b</code></pre>', "<code>a &lt; b</code>"),
    ],
)
async def test_what_a_person_formats(an: Person, heard: Recorder, typed: str, markup: str) -> None:
    await an.says(typed, formatted=True)
    assert (await heard.next()).markup == markup


@pytest.mark.parametrize(
    "typed", ["chào", "&lt;b&gt;không&lt;/b&gt; https://a.vn /tin", "<blockquote>lời</blockquote>"]
)
async def test_what_nobody_formatted_has_no_markup(an: Person, heard: Recorder, typed: str) -> None:
    await an.says(typed, formatted=True)
    assert (await heard.next()).markup is None


async def test_in_a_group_formatting_is_nothing(an: Person, group: Group, heard: Recorder) -> None:
    await an.says("/lienket <b>ngay</b>", to=group, formatted=True)
    incoming = await heard.next()
    assert (incoming.text, incoming.markup) == ("/lienket ngay", None)


# --- what a send may meet ----------------------------------------------------------------------------


async def test_a_restricted_bot_is_silent(large: Group, channel: TelegramChannel) -> None:
    large.silences_bot()
    with pytest.raises(Silenced, match="not enough rights"):
        await channel.send(str(large.id), say("Tin mới"), key="1")
    large.frees_bot()
    await channel.send(str(large.id), say("Tin mới"), key="1")


async def test_where_members_may_not_write_the_bot_may_not_either(group: Group, channel: TelegramChannel) -> None:
    group.withholds("can_send_messages")
    with pytest.raises(Silenced):
        await channel.send(str(group.id), say("Tin mới"), key="1")
    group.promotes_bot()
    await channel.send(str(group.id), say("Tin mới"), key="1")


async def test_where_only_pictures_are_not_wanted_the_group_is_not_silent(
    group: Group, channel: TelegramChannel, media: MediaStore
) -> None:
    group.withholds("can_send_photos")
    photo = Attachment(await media.keep_photo(picture(), "tests"), "a.jpg")
    for reply in (Reply(Markup("Tin"), photo=photo), Reply(Markup("Tin"), photos=(photo, photo))):
        with pytest.raises(Refused, match="send photos"):
            await channel.send(str(group.id), reply, key="1")
    await channel.send(str(group.id), say("Tin mới"), key="2")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (400, "Bad Request: have no rights to send a message"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
        (403, "Forbidden: CHAT_WRITE_FORBIDDEN"),
        (400, "Bad Request: CHAT_RESTRICTED"),
        (400, "Bad Request: have no write access to the chat"),
    ],
)
async def test_other_words_for_it(
    group: Group, channel: TelegramChannel, emulator: TelegramEmulator, code: int, said: str
) -> None:
    emulator.faults.refuse("sendMessage", code, description=said)
    with pytest.raises(Silenced):
        await channel.send(str(group.id), say("Tin mới"), key="1")


async def test_a_group_that_moved_is_told_with_its_new_id(group: Group, channel: TelegramChannel) -> None:
    old = str(group.id)
    first = await channel.send(old, say("Tin cũ"), key="1")
    new = group.upgrades()
    for reply in (say("Tin mới"), say("Tin mới", replaces=first)):
        with pytest.raises(Moved) as raised:
            await channel.send(old, reply, key="2")
        assert raised.value.to == str(new)
    assert [one.text for one in group.messages] == ["Tin cũ"]


async def test_a_reply_that_a_move_broke_off_goes_on_in_the_new_group(
    group: Group, channel: TelegramChannel, emulator: TelegramEmulator
) -> None:
    reply = say("a" * 4000 + "\n\n" + "b" * 4000)
    emulator.faults.refuse("sendMessage", 429, retry_after=1, where=lambda params: "b" in params.text("text"))
    with pytest.raises(TryLater):
        await channel.send(str(group.id), reply, key="1")
    old, new = str(group.id), str(group.upgrades())
    with pytest.raises(Moved):
        await channel.send(old, reply, key="1")
    await channel.send(new, reply, key="1")
    assert [(str(one.chat_id), one.text[0]) for one in group.messages] == [(old, "a"), (new, "b")]


@pytest.mark.parametrize(
    "reply",
    [Reply(Markup("Sửa"), replaces="{0}", only_edit=True), Reply(Markup(""), deletes="{0}")],
    ids=["edit", "take back"],
)
async def test_after_a_move_nothing_of_before_is_changed(group: Group, channel: TelegramChannel, reply: Reply) -> None:
    """Its messages have other numbers in the new group: another message may have this one."""
    old = str(group.id)
    sent = await channel.send(old, say("Tin cũ"), key="1")
    group.upgrades()
    ids = {name: sent for name in ("replaces", "deletes") if getattr(reply, name)}
    with pytest.raises(CannotChange, match="moved"):
        await channel.send(old, Reply(reply.text, only_edit=reply.only_edit, **ids), key="2")
    assert [one.text for one in group.messages] == ["Tin cũ"]
