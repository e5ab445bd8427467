"""Closed doors (403), groups, privacy mode, memberships and the menu of commands."""

from typing import Any

import pytest

from tests.telegram.emulator import TelegramEmulator
from tests.telegram.groups import Group
from tests.telegram.people import Person
from tests.telegram.raw import Raw

Json = dict[str, Any]


@pytest.fixture
async def binh(emulator: TelegramEmulator) -> Person:
    return emulator.person("Trần Thị Bình")


@pytest.fixture
def group(emulator: TelegramEmulator, alice: Person, binh: Person) -> Group:
    group = emulator.group("Tin nhanh", alice, binh)
    group.adds_bot()
    return group


async def last_update(bot: Raw) -> Json:
    update: Json = (await bot.ok("getUpdates"))[-1]
    return update


async def texts(bot: Raw) -> list[str]:
    return [update["message"].get("text", "") for update in await bot.ok("getUpdates") if "message" in update]


async def test_the_bot_cannot_write_first(bot: Raw, binh: Person) -> None:
    refused = await bot.refused("sendMessage", chat_id=binh.id, text="x")
    assert refused == "Forbidden: bot can't initiate conversation with a user"
    assert await bot.refused("getChat", chat_id=binh.id) == "Bad Request: chat not found"


async def test_a_person_stops_the_bot_and_lets_it_in_again(bot: Raw, alice: Person) -> None:
    alice.blocks()
    change = (await last_update(bot))["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")
    assert change["from"]["id"] == change["chat"]["id"] == alice.id
    for method, params in [("sendMessage", {"text": "x"}), ("sendChatAction", {"action": "typing"})]:
        refused = await bot.refused(method, chat_id=alice.id, **params)
        assert refused == "Forbidden: bot was blocked by the user"
    with pytest.raises(AssertionError, match="unblock"):
        await alice.says("nghe không?")
    alice.unblocks()
    assert (await last_update(bot))["my_chat_member"]["new_chat_member"]["status"] == "member"
    await bot.ok("sendMessage", chat_id=alice.id, text="x")


async def test_an_account_can_be_gone(bot: Raw, alice: Person) -> None:
    alice.deletes_account()
    assert await bot.refused("sendMessage", chat_id=alice.id, text="x") == "Forbidden: user is deactivated"


async def test_coming_into_a_group_and_being_thrown_out(bot: Raw, alice: Person, group: Group) -> None:
    change, arrival = (await bot.ok("getUpdates"))[-2:]
    assert change["my_chat_member"]["chat"] == {
        "id": group.id,
        "type": "group",
        "title": "Tin nhanh",
        "all_members_are_administrators": False,
    }
    assert change["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert arrival["message"]["new_chat_members"][0]["is_bot"] is True
    await bot.ok("sendMessage", chat_id=group.id, text="Xin chào")
    assert (await group.hears()).text == "Xin chào"
    group.removes_bot(by=alice)
    assert (await last_update(bot))["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert await bot.refused("sendMessage", chat_id=group.id, text="x") == (
        "Forbidden: bot was kicked from the group chat"
    )


async def test_leaving_a_group(bot: Raw, group: Group, alice: Person) -> None:
    assert await bot.ok("leaveChat", chat_id=group.id) is True
    assert await bot.refused("sendMessage", chat_id=group.id, text="x") == (
        "Forbidden: bot is not a member of the group chat"
    )
    assert await bot.refused("leaveChat", chat_id=alice.id) == "Bad Request: can't leave private chats"


async def test_a_supergroup_is_named_so(bot: Raw, emulator: TelegramEmulator, alice: Person) -> None:
    group = emulator.group("Cả tỉnh", alice, supergroup=True)
    assert await bot.refused("getChat", chat_id=group.id) == ("Forbidden: bot is not a member of the supergroup chat")
    group.adds_bot(as_administrator=True)
    sent = await bot.ok("sendMessage", chat_id=group.id, text="x")
    assert (sent["chat"]["type"], sent["message_id"]) == ("supergroup", 2)  # supergroups count for themselves
    group.removes_bot()
    assert await bot.refused("sendMessage", chat_id=group.id, text="x") == (
        "Forbidden: bot was kicked from the supergroup chat"
    )


async def test_a_group_becomes_a_supergroup(bot: Raw, group: Group) -> None:
    old = group.id
    new = group.upgrades()
    farewell, welcome = (await bot.ok("getUpdates"))[-2:]
    assert farewell["message"]["migrate_to_chat_id"] == new
    assert welcome["message"]["migrate_from_chat_id"] == old
    assert await bot.call("sendMessage", chat_id=old, text="x") == (
        400,
        {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": new},
        },
    )
    await bot.ok("sendMessage", chat_id=new, text="vẫn đây")
    assert (await group.hears()).text == "vẫn đây"


async def test_the_new_supergroup_tells_that_the_bot_came(bot: Raw, group: Group) -> None:
    new = group.upgrades()
    came = [one["my_chat_member"] for one in await bot.ok("getUpdates") if "my_chat_member" in one][-1]
    assert (came["chat"]["id"], came["chat"]["type"]) == (new, "supergroup")
    assert (came["old_chat_member"]["status"], came["new_chat_member"]["status"]) == ("left", "member")


async def test_a_restricted_bot_hears_but_may_not_write(
    bot: Raw, emulator: TelegramEmulator, alice: Person, group: Group
) -> None:
    with pytest.raises(AssertionError, match="no supergroup"):
        group.silences_bot()
    large = emulator.group("Cả tỉnh", alice, supergroup=True)
    large.adds_bot()
    sent = await bot.ok("sendMessage", chat_id=large.id, text="x")
    large.silences_bot()
    change = (await last_update(bot))["my_chat_member"]["new_chat_member"]
    assert (change["status"], change["is_member"], change["can_send_messages"]) == ("restricted", True, False)
    assert await bot.refused("sendMessage", chat_id=large.id, text="x") == (
        "Bad Request: not enough rights to send text messages to the chat"
    )
    await alice.says("/baocao", to=large)
    assert (await last_update(bot))["message"]["text"] == "/baocao"
    await bot.ok("deleteMessages", chat_id=large.id, message_ids=[sent["message_id"]])
    large.frees_bot()
    await bot.ok("sendMessage", chat_id=large.id, text="x")


async def test_who_runs_a_group_may_write_where_its_members_may_not(bot: Raw, group: Group) -> None:
    group.withholds("can_send_messages", "can_send_documents")
    for method, what, file in [("sendMessage", "text messages", {}), ("sendDocument", "documents", {"document": b"x"})]:
        refused = await bot.refused(method, chat_id=group.id, text="x", **file)
        assert refused == f"Bad Request: not enough rights to send {what} to the chat"
    group.promotes_bot()
    await bot.ok("sendMessage", chat_id=group.id, text="x")


async def test_in_privacy_mode_the_bot_hears_only_what_is_for_it(bot: Raw, alice: Person, group: Group) -> None:
    await bot.ok("getUpdates", offset=-1)
    await bot.ok("sendMessage", chat_id=group.id, text="Ai báo cáo?")
    question = await group.hears()
    name = bot.emulator.bot.username
    await alice.says("chuyện riêng", to=group)
    for heard in ["/baocao", f"/baocao@{name} ngay", f"này @{name.upper()} ơi"]:
        await alice.says(heard, to=group)
    await alice.says("/baocao@another_bot", to=group)
    await alice.says("tôi", to=group, reply_to=question)
    assert (await texts(bot))[1:] == ["/baocao", f"/baocao@{name} ngay", f"này @{name.upper()} ơi", "tôi"]


async def test_without_privacy_mode_or_as_administrator_it_hears_all(bot: Raw, alice: Person, group: Group) -> None:
    await alice.says("một", to=group)
    bot.emulator.world.privacy_mode = False
    await alice.says("hai", to=group)
    bot.emulator.world.privacy_mode = True
    group.promotes_bot()
    await alice.says("ba", to=group)
    assert (await texts(bot))[-2:] == ["hai", "ba"]
    assert "một" not in await texts(bot)


async def test_a_bot_that_is_not_there_hears_nothing(bot: Raw, alice: Person, group: Group) -> None:
    group.removes_bot()
    await alice.says("/baocao", to=group)
    assert "/baocao" not in await texts(bot)


async def test_comings_and_goings_of_people(
    bot: Raw, emulator: TelegramEmulator, alice: Person, binh: Person, group: Group
) -> None:
    await bot.ok("getUpdates", offset=-1, allowed_updates=["message", "chat_member"])
    chi = emulator.person("Lê Thị Chi")
    group.welcomes(chi)
    group.promotes_bot()
    group.loses(binh)
    group.welcomes(binh)
    group.loses(chi)
    updates = (await bot.ok("getUpdates"))[1:]
    kinds = [next(kind for kind in update if kind != "update_id") for update in updates]
    assert kinds == ["message"] + ["chat_member", "message"] * 3  # only an administrator gets chat_member
    arrival, left, farewell, joined = updates[:4]
    assert joined["chat_member"]["new_chat_member"]["status"] == "member"
    assert arrival["message"]["new_chat_members"][0]["id"] == chi.id
    assert left["chat_member"]["new_chat_member"]["status"] == "left"
    assert farewell["message"]["left_chat_member"]["id"] == binh.id
    statuses = [
        (await bot.ok("getChatMember", chat_id=group.id, user_id=person.id))["status"] for person in (alice, chi, binh)
    ]
    assert statuses == ["creator", "left", "member"]
    with pytest.raises(AssertionError, match="is not in Tin nhanh"):
        await chi.says("x", to=group)


async def test_chat_members(bot: Raw, alice: Person, group: Group) -> None:
    group.promotes_bot()
    me = await bot.ok("getChatMember", chat_id=group.id, user_id=bot.emulator.bot.id)
    assert (me["status"], me["can_delete_messages"]) == ("administrator", True)
    assert await bot.refused("getChatMember", chat_id=group.id, user_id=1) == "Bad Request: user not found"
    assert await bot.refused("getChatMember", chat_id=group.id) == "Bad Request: invalid user_id specified"


async def test_chats(bot: Raw, alice: Person, group: Group) -> None:
    private = await bot.ok("getChat", chat_id=alice.id)
    assert (private["type"], private["first_name"]) == ("private", "Nguyễn Văn An")
    assert (await bot.ok("getChat", chat_id=group.id))["title"] == "Tin nhanh"


@pytest.mark.parametrize(
    ("commands", "complaint"),
    [
        ("{", "can't parse commands JSON object"),
        ({}, "expected an Array of BotCommand"),
        (["x"], "can't parse BotCommand: expected an Object"),
        ([{"command": "x"}], "can't parse BotCommand: Can't find field \"description\""),
        ([{"command": "/", "description": "x"}], "command must be non-empty"),
        ([{"command": "x" * 33, "description": "x"}], "command length must not exceed 32"),
        ([{"command": "Baocao", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "báocáo", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "x", "description": " "}], "command description must be non-empty"),
        ([{"command": "x", "description": "ế" * 257}], "command description length must not exceed 256"),
        ([{"command": f"c{n}", "description": "x"} for n in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_refused_commands(bot: Raw, commands: Any, complaint: str) -> None:
    assert await bot.refused("setMyCommands", commands=commands) == f"Bad Request: {complaint}"
    assert await bot.ok("getMyCommands") == []


@pytest.mark.parametrize(
    ("scope", "complaint"),
    [
        ("[", "can't parse BotCommandScope JSON object"),
        ([], "can't parse BotCommandScope: BotCommandScope must be an Object"),
        ({"type": "everywhere"}, "can't parse BotCommandScope: Unsupported type specified"),
        ({"type": "chat"}, "can't parse BotCommandScope: Can't find field \"chat_id\""),
        ({"type": "chat", "chat_id": 5}, "chat not found"),
        ({"type": "chat_member", "chat_id": 5}, "can't parse BotCommandScope: Invalid user_id specified"),
    ],
)
async def test_refused_scopes(bot: Raw, scope: Any, complaint: str) -> None:
    assert await bot.refused("getMyCommands", scope=scope) == f"Bad Request: {complaint}"


async def test_the_menu_depends_on_chat_and_language(bot: Raw, alice: Person, emulator: TelegramEmulator) -> None:
    john = emulator.person("John", language_code="en")
    vi = [{"command": "baocao", "description": "Báo cáo"}]
    en = [{"command": "report", "description": "Report"}]
    own = [{"command": "duyet", "description": "Duyệt"}]
    await bot.ok("setMyCommands", commands=vi)
    await bot.ok("setMyCommands", commands=en, language_code="en")
    assert (alice.menu, john.menu) == ((("baocao", "Báo cáo"),), (("report", "Report"),))
    scope = {"type": "chat", "chat_id": alice.id}
    await bot.ok("setMyCommands", commands=own, scope=scope)
    assert await bot.ok("getMyCommands", scope=scope) == own
    assert alice.menu == (("duyet", "Duyệt"),)
    await bot.ok("deleteMyCommands", scope=scope)
    assert alice.menu == (("baocao", "Báo cáo"),)
    assert await bot.ok("getMyCommands", language_code="en") == en
    assert await bot.refused("getMyCommands", language_code="english") == (
        "Bad Request: invalid language code specified"
    )
