"""The same paces for the official SDK and for a client written from the reference."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

import pytest
import zalo_bot
from zalo_bot.ext import ApplicationBuilder, CommandHandler, MessageHandler, filters

from tests.telegram.conftest import HandClock
from tests.telegram.people import picture
from tests.zalo.clients import Client, Heard, Official, Refused, open_by_reference, open_official
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.emulator.server import BadToken
from tests.zalo.hook import SECRET, WEBHOOK, Hook
from tests.zalo.people import STICKER, Person

Opener: TypeAlias = Callable[..., AbstractAsyncContextManager[Client]]


HOW_TOKENS_ARE_REFUSED: dict[BadToken, set[str]] = {
    "http": {"refused", "InvalidToken"},
    "ok": {"refused", "nothing"},
    "text": {"no json", "ZaloError"},
}


@pytest.fixture(params=[open_by_reference, open_official], ids=["reference", "python-zalo-bot"])
def opener(request: pytest.FixtureRequest) -> Opener:
    opener: Opener = request.param
    return opener


@pytest.fixture
async def client(opener: Opener, zalo: ZaloEmulator) -> AsyncIterator[Client]:
    async with opener(zalo) as opened:
        yield opened


async def test_me(client: Client, zalo: ZaloEmulator) -> None:
    assert await client.me() == (zalo.bot.id, zalo.bot.account_name, True)


async def test_a_wrong_token(opener: Opener, zalo: ZaloEmulator) -> None:
    async with opener(zalo, token="1459232241454765289:other") as client:
        for how, kinds in HOW_TOKENS_ARE_REFUSED.items():
            zalo.bad_token = how
            with pytest.raises(Refused) as refused:
                await client.me()
            assert refused.value.kind in kinds


async def test_polling(client: Client, zalo: ZaloEmulator, lan: Person, clock: HandClock) -> None:
    last = await lan.says("hai")
    assert (await heard(client)).text == "xin chào"
    date = int(clock() * 1000)
    assert await client.update(5) == Heard(
        last, "hai", chat=lan.id, chat_type="PRIVATE", sender=lan.id, name="Nguyễn Thị Lan", date=date
    )
    assert await client.update(0) is None
    polling = asyncio.create_task(client.update(30))
    await zalo.polled()
    await lan.sends_photo(b"jpeg", "ảnh")
    photo = await polling
    assert photo and photo.photo.startswith(zalo.media.base)
    await lan.sends_sticker()
    await lan.sends_unsupported()
    assert ((await heard(client)).sticker, (await heard(client)).text) == (STICKER, "")
    await lan.sends_unsupported(with_message=False)
    assert await client.update(5) == Heard()


async def heard(client: Client) -> Heard:
    update = await client.update(5)
    assert update
    return update


async def test_groups(client: Client, zalo: ZaloEmulator, lan: Person) -> None:
    await client.update(5)
    group = zalo.group("Chi đoàn 1", lan)
    group.adds_bot()
    await lan.says("báo cáo", to=group, mention=True)
    update = await heard(client)
    assert (update.text, update.chat, update.chat_type, update.sender) == (
        "@Bot Dân vận báo cáo",
        group.id,
        "GROUP",
        lan.id,
    )
    assert await client.send("message", group.id, text="Có") == (await group.hears()).id


async def test_webhook(client: Client, hook: Hook, lan: Person, zalo: ZaloEmulator) -> None:
    assert await client.webhook() == ""
    assert await client.set_webhook(WEBHOOK, SECRET)
    assert await client.webhook() == WEBHOOK
    await lan.says("hai")
    await zalo.webhook.settled()
    assert hook.bodies[-1]["message"]["text"] == "hai"
    assert await client.delete_webhook()
    assert await client.webhook() == ""


async def test_an_address_that_says_no(client: Client, hook: Hook) -> None:
    hook.status = 403
    # The SDK looks at no more than whether there was a result.
    assert await client.set_webhook(WEBHOOK, SECRET) is isinstance(client, Official)
    assert await client.webhook() == WEBHOOK


async def test_sending(client: Client, hook: Hook, zalo: ZaloEmulator, lan: Person) -> None:
    assert await client.send("message", lan.id, text="Chào đồng chí") == (await lan.hears()).id
    url = hook.shows("a.jpg", picture())
    sent = await client.send("photo", lan.id, photo=url, caption="Biểu đồ")
    shown = await lan.hears()
    assert (shown.id, shown.photo, shown.text) == (sent, picture(), "Biểu đồ")
    assert await client.send("sticker", lan.id, sticker=STICKER) == (await lan.hears()).id
    assert await client.send("chat_action", lan.id, action="typing") == ""
    assert zalo.world.actions == [(lan.id, "typing")]
    zalo.faults.without_id("sendMessage")
    assert await client.send("message", lan.id, text="x") == ""


REFUSED: list[tuple[str, dict[str, str]]] = [
    ("message", {"text": "x" * 2001}),
    ("photo", {"photo": "data:image/png;base64,xxxx", "caption": "x"}),
    ("sticker", {"sticker": "https://x.vn"}),
    ("chat_action", {"action": "upload_photo"}),
]


@pytest.mark.parametrize(("what", "params"), REFUSED)
async def test_refusals(client: Client, zalo: ZaloEmulator, lan: Person, what: str, params: dict[str, str]) -> None:
    if client.tells_refusals_in_200:
        with pytest.raises(Refused, match="400"):
            await client.send(what, lan.id, **params)
    else:
        assert await client.send(what, lan.id, **params) == ""
    zalo.errors_in_200 = False
    with pytest.raises(Refused) as refused:
        await client.send(what, lan.id, **params)
    assert refused.value.kind in {"refused", "BadRequest"}
    assert lan.sees() == []


async def test_bad_days(client: Client, zalo: ZaloEmulator, lan: Person) -> None:
    zalo.faults.gateway("sendMessage", 502)
    zalo.faults.cut_after("sendMessage")
    zalo.faults.refuse("sendMessage", 500, http=500)
    kinds = []
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            await client.send("message", lan.id, text="x")
        kinds.append(refused.value.kind)
    by_sdk = isinstance(client, Official)
    assert kinds == (["ZaloError"] + ["NetworkError"] * 2 if by_sdk else ["no json", "network", "refused"])
    assert len(lan.sees()) == 1


async def test_the_polling_loop_of_the_sdk(zalo: ZaloEmulator, lan: Person) -> None:
    """Its Application: a command, an answer to a picture, and what was said before it began."""

    async def start(update: Any, context: Any) -> None:
        await update.message.reply_text(f"Chào {update.effective_user.display_name}: {context.args}")

    async def echo(update: Any, context: Any) -> None:
        await update.message.reply_text(f"Đã nghe: {update.message.text or 'ảnh'}")

    application = ApplicationBuilder().token(zalo.token).base_url(zalo.base_url).build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(MessageHandler((filters.TEXT & ~filters.COMMAND) | filters.PHOTO, echo))
    loop = asyncio.create_task(application._polling_loop())
    assert (await lan.hears()).text == "Đã nghe: xin chào"
    await lan.says("/start một hai")
    assert (await lan.hears()).text == "Chào Nguyễn Thị Lan: ['một', 'hai']"
    await lan.sends_photo(picture())
    assert (await lan.hears()).text == "Đã nghe: ảnh"
    loop.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await loop


async def test_the_sdk_reads_what_a_webhook_brings(zalo: ZaloEmulator, lan: Person) -> None:
    message = zalo.world.written(zalo.world.chats[lan.id], zalo.world.chats[lan.id], "chào", "")
    update = zalo_bot.Update.de_json(zalo.world.update("message.text.received", message, {"text": "chào"}), None)
    assert update.message.text == "chào"
    assert update.effective_user.id == lan.id
