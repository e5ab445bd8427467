"""What befalls a linked group is told to the office: it put the bot out, took its right to write, or moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from handlers.context import Context, Office
from handlers.events import Choice, Reply
from handlers.groups.manners import name_of
from handlers.notices import notify
from locales.translator import Translator
from reporting.planning.quiet import next_allowed
from storage import groups, people
from storage.uow import Row, UnitOfWork

TOLD_WITHIN = timedelta(days=1)
"""What happened longer ago (an outage) is not told any more: /nhom shows it."""

WHO = ("officer", "admin")


async def look(office: Office, uow: UnitOfWork, now: datetime) -> None:
    """Tell of the groups that were lost, each time once; in quiet hours it waits, and is told if it is still so."""
    if next_allowed(now, office.translators.timezone) > now:
        return
    for group in await groups.lost_since(uow, now - TOLD_WITHIN):
        since = group["blocked_at"] or group["silent_at"]
        how = "gone" if group["blocked_at"] else "silent"
        for account in await _office_of(uow, group):
            tr = office.translators[account["language"]]
            _tell(office, uow, account, group, f"{how}/{since:%y%m%d%H%M%S}", state(group, tr) or Markup(""))


async def moved(ctx: Context, group_id: int) -> None:
    """Tell that a group goes on under another id: nothing is to be done."""
    group = await groups.find(ctx.uow, group_id)
    if group is None or group["path"] is None:
        return
    for account in await _office_of(ctx.uow, group):
        tr = ctx.office.translators[account["language"]]
        said = tr.t("It was made a larger group. I went along: what it gets still arrives, there is nothing to do.")
        _tell(ctx.office, ctx.uow, account, group, f"moved/{ctx.now:%y%m%d%H%M%S}", said)


def state(group: Row, tr: Translator) -> Markup | None:
    """Why a group cannot be reached and what to do; None where it can."""
    if at := group["blocked_at"]:
        return tr.t(
            "⚠ I was put out of it ({time} {day}): it gets nothing any more. Please have its administrator add me "
            "again, or unlink it.",
            time=tr.time(at), day=tr.day(at),
        )  # fmt: skip
    if at := group["silent_at"]:
        return tr.t(
            "⚠ I may not write there ({time} {day}): it gets nothing any more. Please have its administrator let me "
            "send messages.",
            time=tr.time(at), day=tr.day(at),
        )  # fmt: skip
    return None


async def _office_of(uow: UnitOfWork, group: Row) -> list[Row]:
    """Who takes care of a linked group: the office of its unit, or the nearest above that has one."""
    above = [int(part) for part in group["path"].strip("/").split("/")]
    accounts = await people.accounts(uow, WHO, above)
    nearest = max((len(account["path"]) for account in accounts), default=0)
    return list({a["person_id"]: a for a in accounts if len(a["path"]) == nearest}.values())


def _tell(office: Office, uow: UnitOfWork, account: Row, group: Row, what: str, said: Markup) -> None:
    tr = office.translators[account["language"]]
    head = tr.t("👥 The group <b>{title}</b> of {unit}", title=name_of(group, tr), unit=group["unit_name"])
    reply = Reply(Markup("\n").join([head, said]), ((Choice(tr.plain("See the group"), f"grp/{group['id']}"),),))
    key = f"group/{group['id']}/{what}/{account['channel']}:{account['address']}"
    notify(office, uow, account, reply, key=key)
