"""Who takes a command, a button, or a line that is waited for: the three tables."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from handlers import commands, leaving, menu, permissions
from handlers.alerts import entrance, raising
from handlers.campaigns import campaigns, workbooks
from handlers.context import Context, Handler
from handlers.deadlines import extending, nudging
from handlers.events import Incoming, Reply, number
from handlers.groups import linking, overview
from handlers.interview import amending, duty, instances, pressing, report, sending
from handlers.news import choices, composing, correcting, steering
from handlers.office import board_link, digest, log_book, models, papers, ranking, rates
from handlers.organisation import claiming, handing, inviting, join, members, own_data, roles, unit_changing, units
from handlers.sent import approval, asking_back, history, returned, review
from handlers.stories import buttons as story_buttons
from handlers.stories import editing as story_editing
from handlers.stories import queue as story_queue
from handlers.stories import taking_down as story_taking_down
from handlers.stories import telling as story_telling

COMMANDS: Mapping[str, Handler] = {
    "baocao": duty.owed_list,
    "tonghop": digest.command,
    "bang": board_link.command,
    "tinhtrang": menu.status,
    "lichsu": history.listed,
    "trogiup": menu.help_,
    "huy": leaving.command,
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
    "nhom": overview.command,
    "lienket": linking.command,
    "tinhay": story_telling.command,
    "guongtot": story_queue.command,
    "dulieucuatoi": own_data.command,
    "khan": entrance.command,
    "tin": composing.command,
    "nhantin": choices.command,
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
    join.WAITS: join.name_given,
    "own_name": own_data.name_typed,
    "own_phone": own_data.phone_typed,
    **dict.fromkeys(composing.WAITS, composing.typed),
    correcting.WAITS: correcting.typed,
    story_telling.WAITS: story_telling.given,
    story_editing.EDIT: story_editing.edited,
    story_editing.ASK: story_editing.asked,
    story_editing.REFUSE: story_editing.refused,
    story_taking_down.WAITS: story_taking_down.typed,
    "al.draft": raising.given,
    "grp.find": linking.typed,
}
"""Who takes the next line (or file) of a person, by what `ctx.state["waits"]["for"]` says is waited for."""

Pressed = Callable[[Context, Incoming, list[str]], Awaitable[list[Reply]]]
"""A handler of buttons: `parts` are the words of the action behind the first one."""


def _numbered(handler: Callable[[Context, int], Awaitable[list[Reply]]]) -> Pressed:
    """For an action of a number alone: `fix/12`."""
    return lambda ctx, _, parts: handler(ctx, number(parts, 0))


def _asking(handler: Callable[..., Awaitable[list[Reply]]]) -> Pressed:
    """For an action that asks first: `void/12`, then `void/12/sure`."""
    return lambda ctx, _, parts: handler(ctx, number(parts, 0), sure=parts[1:] == ["sure"])


async def command(ctx: Context, incoming: Incoming, name: str) -> list[Reply]:
    """A command that was typed, or a button that stands for one."""
    if ctx.person is None and name not in ("trogiup", "ngonngu"):
        return await menu.stranger(ctx, incoming)
    if name != "huy":
        # Another command: what was waited for is not coming any more.
        ctx.state.pop("waits", None)
    # Of several roles the one that this is for; one without any is refused by the handler, in its own words.
    await permissions.take_role(ctx, commands.action_of(name))
    return await COMMANDS[name](ctx, incoming)


async def _menu_pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`cmd/<command>`"""
    known = parts and parts[0] in COMMANDS
    return await command(ctx, incoming, parts[0]) if known else await menu.lost(ctx, incoming)


BUTTONS: Mapping[str, tuple[str, Pressed]] = {
    "q": ("report.send", pressing.pressed),
    "card": ("report.send", sending.card_pressed),
    "rep": ("report.send", instances.pressed),
    "start": ("report.send", _numbered(report.start)),
    "restart": ("report.send", _numbered(report.start_afresh)),
    "nothing": ("report.send", _asking(report.nothing_to_report)),
    "void": ("report.send", _asking(report.void)),
    "same": ("report.send", _asking(report.same_as_last)),
    "resume": ("report.send", _numbered(report.resume)),
    "fix": ("report.send", _numbered(report.correct)),
    "amend": ("report.send", amending.pressed),
    "keep": ("report.send", _numbered(sending.keep)),
    "drop": ("report.send", _numbered(sending.throw_away)),
    "hist": ("report.send", history.shown),
    "owed": ("report.send", lambda ctx, incoming, _: duty.owed_list(ctx, incoming)),
    "dig": ("digest", digest.pressed),
    "word": ("digest.names", papers.pressed),
    "rate": ("rates", rates.pressed),
    "rank": ("ranking", ranking.pressed),
    "unit": ("unit.read", units.pressed),
    "unitset": ("unit.change", unit_changing.pressed),
    "rv": ("report.read", review.pressed),
    "back": ("report.return", asking_back.pressed),
    "appr": ("report.approve", approval.pressed),
    "ret": ("report.send", returned.pressed),
    "dl": ("deadline.change", extending.pressed),
    "nudge": ("remind", nudging.pressed),
    "camp": ("campaign", campaigns.pressed),
    "book": ("campaign", workbooks.pressed),
    "log": ("audit", log_book.pressed),
    "mo": ("models.see", models.pressed),
    "mine": ("self", own_data.pressed),
    "later": ("self", lambda ctx, incoming, _: menu.later(ctx, incoming)),
    "cmd": ("self", _menu_pressed),
    "mem": ("member.read", members.pressed),
    "inv": ("member.change", inviting.pressed),
    "hand": ("self", handing.pressed),
    "acct": ("self", claiming.pressed),
    "role": ("self", roles.pressed),
    "tale": ("story.send", story_telling.pressed),
    "sto": ("story.edit", story_buttons.pressed),
    "al": ("self", entrance.pressed),
    "nt": ("self", choices.pressed),
    "tin": ("broadcast", composing.pressed),
    "run": ("broadcast", steering.pressed),
    "grp": ("group", overview.pressed),
}
"""Who takes a button, by the first word of its action, and what one must be allowed to for it. A button without a rule
cannot be. Whose data it is, its handler checks."""
