"""Who answers for news on their way: their author, as long as they may send news there, else whoever takes them on."""

from __future__ import annotations

from handlers.context import Context, Office
from handlers.events import Choice, Incoming, Reply
from handlers.news import news_words, run_views
from handlers.notices import notify
from handlers.permissions import RULES
from locales.translator import Translator
from storage import broadcast_letters as post
from storage import broadcasts, members, people, privacy
from storage.tables import BroadcastState, RecipientState
from storage.uow import Row, UnitOfWork

_SENDERS = RULES["broadcast"].roles


async def is_vouched_for(uow: UnitOfWork, broadcast: Row) -> bool:
    """Whether the author, or who has taken it on since, holds a role in which one may send news of its unit."""
    whole = await broadcasts.find(uow, broadcast["id"])
    person = await _voucher(uow, broadcast)
    if whole is None or person is None:
        return False
    held = await members.roles_of(uow, person["id"])
    return any(role["role"] in _SENDERS and whole["path"].startswith(role["path"]) for role in held)


async def _voucher(uow: UnitOfWork, broadcast: Row) -> Row | None:
    return await privacy.person_of_member(uow, broadcast["counts"].get("vouches", broadcast["member_id"]))


async def hold(office: Office, uow: UnitOfWork, broadcast: Row) -> None:
    """Nothing more goes out until somebody takes it on; the nearest who may are asked. Who sent it hears no more of
    it."""
    counts = {**broadcast["counts"], "held": broadcast["counts"].get("held", 0) + 1}
    paused = {"state": BroadcastState.PAUSED.value, "chat": "", "counts": counts}
    if not await broadcasts.turn(uow, broadcast["id"], [BroadcastState.RUNNING], **paused):
        return
    await post.take_back(uow, broadcast["id"], RecipientState.WAITING)
    uow.audit("broadcast.hold", f"broadcast:{broadcast['id']}", member_id=None, unit_id=broadcast["unit_id"])
    person, whole = await _voucher(uow, broadcast), await broadcasts.find(uow, broadcast["id"])
    if person and whole:
        for account in await _nearest(uow, whole["path"]):
            reply = _question(whole, person["name"], office.translators[account["language"]])
            notify(office, uow, account, reply, key=f"run/{whole['id']}/held/{counts['held']}/{account['person_id']}")


async def _nearest(uow: UnitOfWork, path: str) -> list[Row]:
    """Those who may send news of this unit, of the lowest unit that has any: each once."""
    found = await people.accounts(uow, list(_SENDERS), [int(part) for part in path.strip("/").split("/")])
    lowest = max((len(row["path"]) for row in found), default=0)
    return list({row["person_id"]: row for row in found if len(row["path"]) == lowest}.values())


def _question(broadcast: Row, name: str, tr: Translator) -> Reply:
    text = tr.t(
        "⏸ I hold this news: <i>{title}</i>\n{name}, who answers for it, has no role any more in which one sends news "
        "of {unit}. Shall it go out?",
        title=news_words.title(broadcast, tr), name=name, unit=broadcast["unit_name"],
    )  # fmt: skip
    look = Choice(tr.plain("See the news"), f"run/show/{broadcast['id']}")
    return Reply(text, (*run_views.steering(broadcast, tr), (look,)))


async def taken_on(ctx: Context, incoming: Incoming, broadcast: Row) -> Row | None:
    """Whoever lets it go on answers for it, if nobody does any more, and is told from now on how it goes; returns the
    broadcast as it is then, None where that was not needed."""
    if ctx.person is None or await is_vouched_for(ctx.uow, broadcast):
        return None
    counts = {**broadcast["counts"], "vouches": ctx.person.member_id}
    now = {"channel": incoming.channel, "chat": incoming.chat, "counts": counts}
    await broadcasts.change(ctx.uow, broadcast["id"], **now)
    return {**broadcast, **now}
