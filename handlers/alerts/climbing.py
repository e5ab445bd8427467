"""An urgent matter that nobody has taken climbs to the leaders next above; at the top all are told once more."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers.alerts import letters, reach
from handlers.context import Office
from handlers.events import Reply
from locales.translator import Translator
from storage import alerts
from storage.uow import Row, UnitOfWork


async def climb(office: Office, uow: UnitOfWork, now: datetime) -> None:
    """Take those whose time has come a step further. Told at any hour: it is urgent."""
    for alert in await alerts.due(uow):
        known = {row["person_id"] for row in await alerts.told(uow, alert["id"])}
        reached = await reach.above(uow, alert["path"], alert["reached_id"], {*known, alert["person_id"]})
        if reached is None:
            await _at_the_top(office, uow, alert)
        else:
            await _further(office, uow, alert, reached, now)


async def _further(office: Office, uow: UnitOfWork, alert: Row, reached: reach.Reach, now: datetime) -> None:
    await alerts.climb(uow, alert["id"], reached.unit_id, now + letters.CLIMBS_AFTER)
    await alerts.tell(uow, alert["id"], reached.leaders)
    for account in reached.leaders:
        tr = office.translators[account["language"]]
        reach.push(uow, alert["id"], account, letters.letter(alert, tr, _nobody_yet(alert, now, tr)), "told")
    tr = office.translators[alert["language"]]
    text = tr.t(
        "⏫ Nobody has confirmed your urgent message of {time} yet. I have now told those above:\n{leaders}\n{phone}",
        time=tr.time(alert["created_at"]), leaders=letters.named(reached.leaders, tr), phone=letters.phone(tr),
    )  # fmt: skip
    reach.push_author(uow, alert, Reply(text), f"climbed/{reached.unit_id}")


def _nobody_yet(alert: Row, now: datetime, tr: Translator) -> Markup:
    n = int((now - alert["created_at"]).total_seconds()) // 60
    return tr.tn("⏫ <b>Nobody has confirmed this for {n} minute.</b>",
                 "⏫ <b>Nobody has confirmed this for {n} minutes.</b>", n)  # fmt: skip


async def _at_the_top(office: Office, uow: UnitOfWork, alert: Row) -> None:
    """Nobody is left above: all who were told hear it once more, and the author what to do."""
    await alerts.climb(uow, alert["id"], alert["reached_id"], None)
    told = reach.once(await alerts.reachable(uow, alert["id"]), {alert["person_id"]})
    for account in told:
        tr = office.translators[account["language"]]
        why = tr.t("⏫ Once more: <b>nobody has confirmed this yet.</b>")
        reach.push(uow, alert["id"], account, letters.letter(alert, tr, why), "again")
    tr = office.translators[alert["language"]]
    reach.push_author(uow, alert, Reply((_no_answer if told else _not_arrived)(alert, tr)), "top")


def _no_answer(alert: Row, tr: Translator) -> Markup:
    return tr.t(
        "⚠ <b>Nobody has confirmed</b> your urgent message of {time} yet. I have told all of them once more, and there "
        "is nobody above them. {phone}",
        time=tr.time(alert["created_at"]), phone=letters.phone(tr),
    )  # fmt: skip


def _not_arrived(alert: Row, tr: Translator) -> Markup:
    return tr.t(
        "⚠ Your urgent message of {time} <b>reached nobody</b>: the leaders do not take messages here any more, and "
        "there is nobody above them. {phone}",
        time=tr.time(alert["created_at"]), phone=letters.phone(tr),
    )  # fmt: skip
