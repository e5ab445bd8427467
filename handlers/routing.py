"""Which handler takes an update. The order stands here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping

from forms.answers import unaccent
from handlers import commands, group, menu, permissions
from handlers.campaigns import campaigns, workbooks
from handlers.context import Context, Handler
from handlers.deadlines import extending, nudging
from handlers.events import BadAction, Incoming, Reply, number
from handlers.interview import duty, filling, instances, one_message, report, sending
from handlers.office import digest, log_book, models, papers, ranking, rates
from handlers.organisation import claiming, handing, inviting, join, members, own_data, roles, unit_changing, units
from handlers.sent import approval, asking_back, history, returned, review
from locales.translator import Translator
from reporting.organisation.invites import read_code

COMMANDS: Mapping[str, Handler] = {
    "baocao": duty.owed_list,
    "tonghop": digest.command,
    "tinhtrang": menu.status,
    "lichsu": history.listed,
    "trogiup": menu.help_,
    "huy": sending.cancel,
    "ngonngu": menu.language,
    "mau": report.template_of,
    "tyle": rates.command,
    "xeploai": ranking.command,
    "donvi": units.command,
    "duyet": approval.waiting_list,
    "thanhvien": members.command,
    "moi": inviting.command,
    "bangiao": handing.command,
    "vaitro": roles.command,
    "chiendich": campaigns.command,
    "nhatky": log_book.command,
    "mohinh": models.command,
    "dulieucuatoi": own_data.command,
}

WAITS: Mapping[str, Handler] = {
    "unit.find": units.typed,
    **dict.fromkeys(("unit.name", "unit.new", "unit.heir"), unit_changing.typed),
    "deadline": extending.typed,
    "return": asking_back.reason_given,
    "reopen": approval.reason_given,
    "member": members.typed,
    "invite": inviting.typed,
    "campaign": campaigns.typed,
    "workbook": workbooks.given,
    "log": log_book.typed,
    "own_name": own_data.name_typed,
    "own_phone": own_data.phone_typed,
}
"""Who takes the next line (or file) of a person, by what `ctx.state["waits"]["for"]` says is waited for."""

VERBS: Mapping[str, str] = {
    **dict.fromkeys(
        ("q", "card", "rep", "start", "restart", "nothing", "void", "same", "resume", "fix"), "report.send"
    ),
    **dict.fromkeys(("keep", "drop", "hist", "owed"), "report.send"),
    "dig": "digest",
    "word": "digest.names",
    "rate": "rates",
    "rank": "ranking",
    "unit": "unit.read",
    "unitset": "unit.change",
    "rv": "report.read",
    "back": "report.return",
    "appr": "report.approve",
    "ret": "report.send",
    "dl": "deadline.change",
    "nudge": "remind",
    "camp": "campaign",
    "book": "campaign",
    "log": "audit",
    "mo": "models.see",
    "mine": "self",
    "later": "self",
    "cmd": "self",
    "mem": "member.read",
    "inv": "member.change",
    **dict.fromkeys(("hand", "acct", "role"), "self"),
}
"""What one must be allowed to for a button, by the first word of its action. Whose data it is, its handler checks."""

_MARKS = re.compile(r"[^\w]+")


async def handle(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The replies to one update. What it offers is remembered, so that the words of a button can be typed too."""
    replies = await returned.sent_at_once(ctx, await _route(ctx, incoming))
    if not incoming.is_group and (offering := [r for r in replies if r.choices]):
        choices = (choice for row in offering[-1].choices for choice in row)
        ctx.state["offered"] = {_plain(choice.label): choice.action for choice in choices}
    return replies


async def _route(ctx: Context, incoming: Incoming) -> list[Reply]:
    if incoming.is_group:
        return await group.handle(ctx, incoming)
    if incoming.membership is not None:
        return await menu.came_or_went(ctx, incoming)
    if incoming.action is not None:
        return await _press(ctx, incoming, incoming.action)
    if incoming.text is not None:
        return await _say(ctx, incoming, incoming.text.strip())
    if ctx.person and (incoming.photo or incoming.location or incoming.document):
        if waits := ctx.state.get("waits"):
            return await WAITS[waits["for"]](ctx, incoming)
        if ctx.state.get("draft"):
            return await filling.given(ctx, incoming)
        if workbooks.is_meant(ctx, incoming):
            return await workbooks.given(ctx, incoming)
        return await menu.stray(ctx, incoming)
    return await menu.unsupported(ctx, incoming)


async def _say(ctx: Context, incoming: Incoming, text: str) -> list[Reply]:
    """A typed line: a command, a code, the words of a button, an answer, or something else."""
    first, _, rest = text.partition(" ")
    if first.lower().split("@")[0] == "/start":
        if rest.strip():
            return await join.with_code(ctx, incoming, rest)
        return await (menu.help_ if ctx.person else menu.stranger)(ctx, incoming)
    plain = _plain(text)
    if command := commands.find(text, plain):
        return await _command(ctx, incoming, command)
    if read_code(text) and (ctx.person is None or "-" in text) and not ctx.state.get("draft"):
        return await join.with_code(ctx, incoming, text)
    if action := ctx.state.get("offered", {}).get(plain):
        return await _press(ctx, incoming, action)
    if ctx.person and (waits := ctx.state.get("waits")) and not text.startswith("/"):
        return await WAITS[waits["for"]](ctx, incoming)
    if ctx.person and ctx.state.get("draft") and not text.startswith("/"):
        return await filling.given(ctx, incoming)
    if not text.startswith("/") and (replies := await one_message.from_message(ctx, text)):
        return replies
    return await menu.lost(ctx, incoming)


async def _command(ctx: Context, incoming: Incoming, name: str) -> list[Reply]:
    if ctx.person is None and name not in ("trogiup", "ngonngu"):
        return await menu.stranger(ctx, incoming)
    if ctx.state.pop("waits", None) and name == "huy":
        return [Reply(ctx.tr.t("All right, I leave that. Nothing was changed."))]
    # Of several roles the one that this is for; one without any is refused by the handler, in its own words.
    await permissions.take_role(ctx, commands.action_of(name))
    return await COMMANDS[name](ctx, incoming)


async def _press(ctx: Context, incoming: Incoming, action: str) -> list[Reply]:
    """A button, by the first word of its action. One that no handler knows is from an older version of the bot."""
    verb, *parts = action.split("/")
    try:
        if verb == "join":
            return await join.pressed(ctx, incoming, parts)
        if verb == "lang":
            return await menu.set_language(ctx, incoming, parts)
        if ctx.person is None:
            return await menu.stranger(ctx, incoming)
        # Another button: what was waited for is not coming any more.
        ctx.state.pop("waits", None)
        if verb in VERBS and not await permissions.take_role(ctx, VERBS[verb]):
            return [Reply(ctx.tr.t("This button is not for you. /trogiup shows what you can do here."))]
        return await _press_as_member(ctx, incoming, verb, parts)
    except BadAction:
        # Actions come from the network: one that does not parse is nobody's button.
        return await menu.lost(ctx, incoming)


async def _press_as_member(ctx: Context, incoming: Incoming, verb: str, parts: list[str]) -> list[Reply]:
    match verb:
        case "q":
            return await filling.pressed(ctx, incoming, parts)
        case "card":
            return await sending.card_pressed(ctx, parts)
        case "rep":
            return await instances.pressed(ctx, parts)
        case "start":
            return await report.start(ctx, number(parts, 0))
        case "restart":
            return await report.start(ctx, number(parts, 0), afresh=True)
        case "nothing":
            return await report.nothing_to_report(ctx, number(parts, 0), sure=parts[1:] == ["sure"])
        case "void":
            return await report.void(ctx, number(parts, 0), sure=parts[1:] == ["sure"])
        case "same":
            return await report.same_as_last(ctx, number(parts, 0), sure=parts[1:] == ["sure"])
        case "resume":
            return await report.resume(ctx, number(parts, 0))
        case "fix":
            return await report.correct(ctx, number(parts, 0))
        case "keep":
            return await sending.keep(ctx, number(parts, 0))
        case "drop":
            return await sending.throw_away(ctx, number(parts, 0))
        case "hist":
            return await history.shown(ctx, incoming, parts)
        case "rate":
            return await rates.pressed(ctx, incoming, parts)
        case "rank":
            return await ranking.pressed(ctx, incoming, parts)
        case "unit":
            return await units.pressed(ctx, incoming, parts)
        case "unitset":
            return await unit_changing.pressed(ctx, incoming, parts)
        case "dig":
            return await digest.pressed(ctx, incoming, parts)
        case "word":
            return await papers.pressed(ctx, incoming, parts)
        case "rv":
            return await review.pressed(ctx, incoming, parts)
        case "back":
            return await asking_back.pressed(ctx, incoming, parts)
        case "appr":
            return await approval.pressed(ctx, incoming, parts)
        case "ret":
            return await returned.pressed(ctx, incoming, parts)
        case "dl":
            return await extending.pressed(ctx, incoming, parts)
        case "nudge":
            return await nudging.pressed(ctx, incoming, parts)
        case "owed":
            return await duty.owed_list(ctx, incoming)
        case "camp":
            return await campaigns.pressed(ctx, incoming, parts)
        case "book":
            return await workbooks.pressed(ctx, incoming, parts)
        case "log":
            return await log_book.pressed(ctx, incoming, parts)
        case "mo":
            return await models.pressed(ctx, incoming, parts)
        case "mine":
            return await own_data.pressed(ctx, incoming, parts)
        case "mem":
            return await members.pressed(ctx, parts)
        case "inv":
            return await inviting.pressed(ctx, parts)
        case "hand":
            return await handing.pressed(ctx, parts)
        case "acct":
            return await claiming.pressed(ctx, parts)
        case "role":
            return await roles.pressed(ctx, parts)
        case "later":
            return await menu.later(ctx, incoming)
        case "cmd" if parts and parts[0] in COMMANDS:
            return await _command(ctx, incoming, parts[0])
    return await menu.lost(ctx, incoming)


def apology(tr: Translator, code: str) -> Reply:
    """When a handler failed: nothing was written, and the code to pass on."""
    return Reply(
        tr.t(
            "Something went wrong on my side; your message was <b>not recorded</b>. Please send it once more; "
            "if it fails again, give the code <b>{code}</b> to your office.",
            code=code,
        )
    )


def _plain(text: str) -> str:
    """Words without diacritics, marks or case: what a typed line and a button's label are compared by."""
    return _MARKS.sub(" ", unaccent(text)).strip()
