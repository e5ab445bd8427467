"""What the logs say, and what they never say."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot import log
from bot.channels.base import Refused
from tests.bot.kit import at, member, post
from tests.support.poison import cure, poison
from tests.support.world import World

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
PHONES = [
    "0912345678",
    "+84912345678",
    "84912345678",
    "0912 345 678",
    "0912.345.678",
    "091-234-56-78",
    "(+84) 912 345 678",
    "02763822233",
]
STYLES = ["console", "json"]

Configure = Callable[..., Callable[[], str]]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Configure the logs as the bot does; gives a function that gives what was written so far."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()

    def configured(style: str, level: str = "INFO") -> Callable[[], str]:
        monkeypatch.setattr("sys.stderr", stream)
        log.configure(level, style)
        return stream.getvalue

    yield configured
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


# --- what is blanked -------------------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
def test_a_token_is_blanked_wherever_it_stands(written: Configure, style: str) -> None:
    text = written(style)
    ours = structlog.get_logger("bot.tests")
    ours.warning(f"event {TOKEN}", url=f"https://api.telegram.org/bot{TOKEN}/getMe", nested={"tokens": [TOKEN]})
    ours.error("of another kind", error=ConnectionError(TOKEN))
    logging.getLogger("elsewhere").warning("their line: %s", TOKEN)
    for logger in (ours, logging.getLogger("elsewhere")):
        try:
            raise ConnectionError(f"cannot reach /bot{TOKEN}/sendMessage")
        except ConnectionError:
            logger.exception("with a traceback")
    assert "AAEhBOweik6ad9r" not in text()
    assert text().count("[token]") == 7


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("phone", PHONES)
def test_a_phone_number_is_blanked_however_it_is_written(written: Configure, style: str, phone: str) -> None:
    text = written(style)
    structlog.get_logger("bot.tests").warning("somebody", text=f"gọi {phone}, cảm ơn")
    logging.getLogger("elsewhere").warning("Contact(phone_number='%s')", phone)
    assert text().count("[phone]") == 2
    assert digits(phone)[-8:] not in digits(text())


@pytest.mark.parametrize("style", STYLES)
def test_what_is_no_phone_number_is_left(written: Configure, style: str) -> None:
    text = written(style)
    facts = ["TN-000123", "1.240.000.000", "2022-12-16T08:18:00.123456Z", "-1001234567890"]
    structlog.get_logger("bot.tests").warning("facts", facts=facts, port=8080, seconds=0.125)
    assert "[phone]" not in text()
    assert all(fact in text() for fact in facts)


# --- how it is written -----------------------------------------------------------------------------


def test_json_lines_can_be_read_by_a_machine(written: Configure) -> None:
    text = written("json")
    structlog.get_logger("bot.tests").info("đã khởi động", port=8080, channels=["web"])
    logging.getLogger("elsewhere").warning('their "line"\nof two')
    try:
        raise LookupError("gone")
    except LookupError:
        structlog.get_logger("bot.tests").exception("failed", job="remind")
    lines = [json.loads(line) for line in text().splitlines()]
    assert [line["event"] for line in lines] == ["đã khởi động", 'their "line"\nof two', "failed"]
    assert (lines[0]["port"], lines[0]["channels"], lines[0]["level"]) == (8080, ["web"], "info")
    assert (lines[1]["logger"], lines[1]["level"]) == ("elsewhere", "warning")
    assert "LookupError: gone" in lines[2]["exception"]
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_the_console_shows_a_traceback_and_complains_of_nothing(written: Configure) -> None:
    text = written("console")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            raise LookupError("gone")
        except LookupError:
            structlog.get_logger("bot.tests").exception("failed", job="remind")
    assert "LookupError: gone" in text()
    assert "Logging error" not in text()


@pytest.mark.parametrize(("level", "seen"), [("DEBUG", 3), ("INFO", 2), ("ERROR", 0)])
def test_the_level_is_kept(written: Configure, level: str, seen: int) -> None:
    text = written("json", level)
    logger = structlog.get_logger("bot.tests")
    logger.debug("one")
    logger.info("two")
    logging.getLogger("elsewhere").warning("three")
    assert len(text().splitlines()) == seen


def test_libraries_that_log_each_call_are_quiet_even_when_we_are_not(written: Configure) -> None:
    text = written("json", "DEBUG")
    for name in ("aiohttp.access", "apscheduler.executors.default", "alembic.runtime"):
        logging.getLogger(name).info("a call with its parameters")
    assert text() == ""


def test_a_look_that_is_left_out_because_the_last_one_goes_on_is_no_trouble(written: Configure) -> None:
    text = written("json", "INFO")
    logging.getLogger("apscheduler.scheduler").warning("Execution of job skipped: maximum number of running instances")
    assert text() == ""
    logging.getLogger("apscheduler.scheduler").error("a fault of the scheduler")
    assert "a fault" in text()


# --- whole conversations ---------------------------------------------------------------------------

SAID = ["Ông Bảy bức xúc chuyện đất đai", "Tuyên truyền tại nhà bà Tư", "Em Nguyễn Thị Mận vượt khó"]


async def report(world: World) -> None:
    """A report with every kind of text in it, up to its receipt, and its correction."""
    await member(world, "Lan", "TN-BC")
    await world.tick()
    await world.says("Lan", "/baocao")
    await world.presses("Lan", "📝 Báo cáo ngay")
    await world.presses("Lan", "☐ Hoạt động khác")
    await world.presses("Lan", "Xong")
    await world.says("Lan", SAID[1])
    await world.says("Lan", "12")
    await world.presses("Lan", "☐ Dư luận")
    await world.presses("Lan", "☐ Gương tốt")
    await world.presses("Lan", "Xong")
    await world.says("Lan", SAID[0])
    await world.says("Lan", SAID[2])
    await world.presses("Lan", "✅ Gửi báo cáo")


def leaked(text: str, *more: str) -> list[str]:
    return [said for said in (*SAID, *more) if said in text or json.dumps(said).strip('"') in text]


async def test_no_text_of_a_report_is_in_the_logs(world: World, written: Configure) -> None:
    text = written("console", "DEBUG")
    await report(world)
    assert await world.query("SELECT count(*) FROM report") == [(1,)]
    await member(world, "Hùng", "TN", "leader")
    await world.says("Hùng", "/tonghop")
    await world.time_is(at("2022-12-16 10:15"))
    assert leaked(text()) == []


async def test_no_text_is_in_the_logs_when_things_go_wrong(world: World, written: Configure) -> None:
    """A message that is refused, one that cannot be rendered, a job and an update whose statements fail."""
    text = written("console", "DEBUG")
    await member(world, "Minh", "TN-GD")
    world.channel.trouble = [Refused("bad request"), ValueError("a fault of ours")]
    await post(world, "Lan", SAID[0])
    await post(world, "Lan", SAID[1])
    await world.send()
    async with world.unit_of_work() as uow:
        await poison(uow.conn, "period")
    await world.tick()
    async with world.unit_of_work() as uow:
        await cure(uow.conn, "period")
    await world.tick()
    async with world.unit_of_work() as uow:
        await poison(uow.conn, "draft")
        await poison(uow.conn, "period_step")
    await world.says("Minh", "/baocao")
    await world.presses("Minh", "📝 Báo cáo ngay")
    await world.time_is(at("2022-12-16 09:30"))
    assert "message given up" in text()
    assert "message could not be rendered" in text()
    assert text().count("job failed") == 2
    assert "handler failed" in text()
    ((trace,),) = await world.query("SELECT traceback FROM failed_update")
    assert "INSERT INTO draft" in trace
    assert leaked(trace, "[parameters:") == []
    assert leaked(text(), "Báo cáo ngày 16/12", "2022-12-17", "[parameters:") == []
