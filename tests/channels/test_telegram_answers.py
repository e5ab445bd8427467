"""What Telegram gets in the answer to its push."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from bot.channels.pushing import Webhook
from bot.channels.splitting import _cut_up, split
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_answers import NoPacing, WebhookAnswer
from bot.channels.telegram_markup import markup_of
from bot.media.store import MediaStore
from handlers.events import Attachment, Incoming, Reply
from tests.channels.kit import SECRET, Recorder, say, telegram
from tests.channels.test_telegram_webhook import MESSAGE, PERSON, SIGNED, URL
from tests.telegram.emulator import TelegramEmulator

PRESS = {"id": "77", "from": PERSON, "chat_instance": "1", "data": "go", "message": {**MESSAGE, "from": PERSON}}


class Answering(Recorder):
    """An intake that answers with one reply, or with none."""

    def __init__(self, reply: Reply | None) -> None:
        super().__init__()
        self.reply = reply

    async def take(self, incoming: Incoming) -> None:
        await super().take(incoming)
        if self.reply and incoming.answer and incoming.answer.takes(self.reply):
            incoming.answer.give(self.reply)


@pytest.fixture
async def intake() -> Answering:
    return Answering(say("Mấy buổi?", ("Bỏ qua=skip",)))


@pytest.fixture
async def pushed(emulator: TelegramEmulator, media: MediaStore, intake: Answering) -> AsyncIterator[TelegramChannel]:
    channel = telegram(emulator.base_url, emulator.token, media, webhook=Webhook(URL, SECRET))
    await channel.start(intake.take)
    yield channel
    await channel.stop()


def body(**update: object) -> bytes:
    return json.dumps({"update_id": 41, **update}).encode()


async def test_the_reply_is_a_call_in_the_answer(pushed: TelegramChannel) -> None:
    answer = await pushed.webhook(SIGNED, body(message=MESSAGE))
    assert isinstance(answer, bytes)
    assert json.loads(answer) == {
        "method": "sendMessage", "chat_id": "7000000009", "text": "Mấy buổi?", "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": "Bỏ qua", "callback_data": "skip"}]]},
    }  # fmt: skip


async def test_a_press_with_a_reply_has_its_spinner_stopped_by_a_call(
    pushed: TelegramChannel, emulator: TelegramEmulator
) -> None:
    answer = await pushed.webhook(SIGNED, body(callback_query=PRESS))
    assert isinstance(answer, bytes)
    assert json.loads(answer)["method"] == "sendMessage"
    (call,) = await emulator.calls.wait_for("answerCallbackQuery")
    assert call.params.text("callback_query_id") == "77"


async def test_a_press_without_one_has_its_spinner_stopped_by_the_answer(
    pushed: TelegramChannel, intake: Answering, emulator: TelegramEmulator
) -> None:
    intake.reply = None
    answer = await pushed.webhook(SIGNED, body(callback_query=PRESS))
    assert isinstance(answer, bytes)
    assert json.loads(answer) == {"method": "answerCallbackQuery", "callback_query_id": "77"}
    await pushed.stop()
    assert emulator.calls.of("answerCallbackQuery") == []


PICTURE = Attachment("p", "a.jpg")


@pytest.mark.parametrize(
    "reply",
    [
        say("x", photo=PICTURE), say("x", document=PICTURE), say("x", replaces="5"), replace(say("x"), deletes="5"),
        replace(say("x"), photos=(PICTURE, PICTURE)), replace(say("x"), menu=(("baocao", "Báo cáo"),)),
        say("một " * 2000), say(" "),
    ],
)  # fmt: skip
def test_what_nobody_may_lose_sight_of_is_no_answer(reply: Reply) -> None:
    answer = WebhookAnswer("7", NoPacing())
    assert not answer.takes(reply)
    assert answer.body == b""


class Full(NoPacing):
    def is_free(self, chat: str) -> bool:
        return False


def test_what_is_too_fast_is_no_answer() -> None:
    assert not WebhookAnswer("7", Full()).takes(say("x"))


# --- read and cut without the long way -------------------------------------------------------------

PIECES = st.lists(st.sampled_from(["a", "é", "😀", " ", "\n", "&amp;", "<b>", "</b>", "<i>", "</i>", "<"]), max_size=14)


@settings(max_examples=150, derandomize=True)
@given(PIECES, st.integers(1, 30))
def test_a_text_that_fits_is_what_the_long_way_makes_of_it(pieces: list[str], limit: int) -> None:
    html = "".join(pieces)
    assert split(html, limit) == _cut_up(html, limit)


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("a b", [("bold", 0, 1)], "<b>a</b> b"),
        ("😀 b", [("italic", 3, 1)], "😀 <i>b</i>"),
        ("a<b", [("bold", 0, 3), ("underline", 1, 1)], "<b>a<u>&lt;</u>b</b>"),
        ("x", [("spoiler", 0, 1)], None),
        ("ab", [("bold", 0, 9), ("code", -1, 1), ("code", 1, 0)], "<b>ab</b>"),
        ("abc", [("bold", 0, 2), ("italic", 1, 2)], "<b>a<i>b</i></b>c"),
    ],
)
def test_what_is_formatted(text: str, entities: list[tuple[str, int, int]], html: str | None) -> None:
    told = [{"type": kind, "offset": offset, "length": length} for kind, offset, length in entities]
    assert markup_of(text, told) == html


@pytest.mark.parametrize("url", ["https://x.vn/?a=1&b=2", "javascript:alert(1)", 5])
def test_a_link_is_one_of_the_web(url: object) -> None:
    found = markup_of("đây", [{"type": "text_link", "offset": 0, "length": 3, "url": url}])
    good = Markup('<a href="https://x.vn/?a=1&amp;b=2">đây</a>')
    assert found == (good if str(url).startswith("https") else None)
