"""/nhatky: the last changes of one's branch, by unit, person or kind, and each of them in full."""

from __future__ import annotations

from markupsafe import Markup

from forms.answers import unaccent
from handlers import permissions
from handlers.context import Context, Person
from handlers.events import Choice, Incoming, Reply, Rows, number, word
from locales.translator import Translator
from reporting import log_book
from reporting.log_book import Entry
from reporting.organisation.member_words import channel_name, role_name
from storage import audit
from storage.uow import Row

SHOWN = 6
IN_A_ROW = 3
FOUND = 8
LINE_LIMIT = 80
DIFFERENCES = 30


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The newest changes, of all kinds."""
    ctx.state.pop("log", None)
    return [await _page(ctx, None)]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`log[/p/<before>|e/<entry>|f|k/<kind>|u[/<unit>]|w[/<person>]|x]`"""
    match parts:
        case ["p", *_]:
            return [await _page(ctx, number(parts, 1))]
        case ["e", *_]:
            return [await _entry(ctx, number(parts, 1))]
        case ["f"]:
            return [_filters(ctx)]
        case ["u"] | ["w"]:
            return [_ask(ctx, parts[0])]
        case ["k" | "u" | "w", *_]:
            chosen = word(parts, 1) if parts[0] == "k" else number(parts, 1)
            ctx.state["log"] = {**ctx.state.get("log", {}), parts[0]: chosen}
        case ["x"]:
            ctx.state.pop("log", None)
    return [await _page(ctx, None)]


# --- the list --------------------------------------------------------------------------------------


async def _page(ctx: Context, before: int | None) -> Reply:
    tr, person = ctx.tr, ctx.person
    if person is None or not await permissions.take_role(ctx, "audit"):
        return refusal(tr)
    wanted, chosen = await _wanted(ctx, ctx.person or person)
    rows = await audit.newest(ctx.uow, wanted, before=before, limit=SHOWN + 1)
    entries = await log_book.explained(ctx.uow, ctx.library, rows[:SHOWN])
    lines = [tr.t("<b>Log of changes</b> – {unit}", unit=(ctx.person or person).unit.name)]
    if chosen:
        lines.append(tr.t("Only: {chosen}", chosen=", ".join(chosen)))
    lines += [_line(n, entry, tr) for n, entry in enumerate(entries, 1)]
    if not entries:
        lines.append(tr.t("Nothing was changed here."))
    older = rows[SHOWN - 1]["id"] if len(rows) > SHOWN else None
    return Reply(Markup("\n").join(lines), _rows(entries, older, before, tr))


def refusal(tr: Translator) -> Reply:
    """To those who may not read the log."""
    return Reply(
        tr.t("The log is for leaders and the office. /dulieucuatoi shows what I keep on you, and your own changes.")
    )


async def _wanted(ctx: Context, person: Person) -> tuple[audit.Wanted, list[str]]:
    """What the chosen filters mean, and their names. A unit that one may not see is none."""
    chosen, tr = ctx.state.get("log", {}), ctx.tr
    under, names = person.unit.path, list[str]()
    if kind := chosen.get("k"):
        names.append(_kinds(tr).get(kind, kind))
    if unit_id := chosen.get("u"):
        unit = await audit.unit_under(ctx.uow, under, unit_id)
        if unit:
            under = unit["path"]
            names.append(unit["name"])
    # Only a name that one could have found by searching: buttons come from the network.
    doers = {row["person_id"]: row["name"] for row in await audit.doers(ctx.uow, person.unit.path)} if chosen else {}
    if (person_id := chosen.get("w")) in doers:
        names.append(doers[person_id])
    else:
        person_id = None
    actions = log_book.actions_of(kind) if kind else None
    return audit.Wanted(under=under, person_id=person_id, actions=actions), names


def _line(n: int, entry: Entry, tr: Translator) -> Markup:
    row = entry.row
    text = tr.t(
        "{n}. {time} {day} – {who}: {what}", n=n, time=tr.time(row["at"]), day=tr.day(row["at"]),
        who=log_book.who(entry, tr), what=log_book.what(entry, tr),
    )  # fmt: skip
    if row["action"].startswith("report.") and row["short_name"]:
        text += tr.t(" ({unit})", unit=row["short_name"])
    return text


def _rows(entries: list[Entry], older: int | None, before: int | None, tr: Translator) -> Rows:
    single = [Choice(tr.plain("Line {n}", n=n), f"log/e/{e.row['id']}") for n, e in enumerate(entries, 1)]
    rows = [tuple(single[at : at + IN_A_ROW]) for at in range(0, len(single), IN_A_ROW)]
    turns = [Choice(tr.plain("◀ Newest"), "log")] if before is not None else []
    if older is not None:
        turns.append(Choice(tr.plain("Older ▶"), f"log/p/{older}"))
    return (*rows, *([tuple(turns)] if turns else []), (Choice(tr.plain("🔍 Search the log"), "log/f"),))


# --- one entry -------------------------------------------------------------------------------------


async def _entry(ctx: Context, entry_id: int) -> Reply:
    tr = ctx.tr
    row = await audit.entry(ctx.uow, entry_id)
    back = ((Choice(tr.plain("◀ Log of changes"), "log"),),)
    # What belongs to no unit is read at the command line only.
    if row is None or not row["path"] or not await permissions.take_role(ctx, "audit", row["path"]):
        return Reply(tr.t("I cannot find this entry in your branch. /nhatky shows the log."), back)
    (entry,) = await log_book.explained(ctx.uow, ctx.library, [row])
    return Reply(Markup("\n").join(_in_full(entry, tr)), back)


def _in_full(entry: Entry, tr: Translator) -> list[Markup]:
    row = entry.row
    lines = [
        tr.t("<b>{what}</b>", what=log_book.done(entry, tr)),
        tr.t("When: {time}", time=log_book.moment(row["at"], tr)),
        _who(entry, tr),
        tr.t("Unit: {unit}", unit=row["short_name"]),
    ]
    if changed := list(log_book.differences(entry, tr))[:DIFFERENCES]:
        lines.append(tr.t("Changed:"))
        lines += [tr.t("• {difference}", difference=difference) for difference in changed]
    if row["reason"]:
        lines.append(tr.t("Why: <i>{reason}</i>", reason=row["reason"]))
    lines.append(tr.t("Entry {n}", n=row["id"]))
    return lines


def _who(entry: Entry, tr: Translator) -> Markup:
    row, name = entry.row, log_book.who(entry, tr)
    if row["member_id"] is None:
        return tr.t("Who: {name}", name=name)
    role, channel = role_name(row["role"], tr), channel_name(row["channel"], tr)
    return tr.t("Who: {name} ({role}), by way of {channel}", name=name, role=role, channel=channel)


# --- searching -------------------------------------------------------------------------------------


def _kinds(tr: Translator) -> dict[str, str]:
    return {
        "report": tr.plain("Reports"),
        "member": tr.plain("Members"),
        "unit": tr.plain("Units"),
        "deadline": tr.plain("Deadlines"),
    }


def _filters(ctx: Context) -> Reply:
    tr = ctx.tr
    kinds = [Choice(label, f"log/k/{kind}") for kind, label in _kinds(tr).items()]
    rows: Rows = (
        tuple(kinds[:2]), tuple(kinds[2:]),
        (Choice(tr.plain("By unit"), "log/u"), Choice(tr.plain("By person"), "log/w")),
    )  # fmt: skip
    if ctx.state.get("log"):
        rows = (*rows, (Choice(tr.plain("Show all again"), "log/x"),))
    return Reply(tr.t("Which changes shall I show?"), rows)


def _ask(ctx: Context, what: str) -> Reply:
    ctx.state["waits"] = {"for": "log", "what": what}
    if what == "u":
        return Reply(ctx.tr.t("Please type a part of the unit's name, or /huy."))
    return Reply(ctx.tr.t("Please type a part of the person's name, or /huy."))


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A line while a part of a name is waited for."""
    tr, person, what = ctx.tr, ctx.person, ctx.state["waits"].get("what")
    if person is None or not await permissions.take_role(ctx, "audit"):
        ctx.state.pop("waits", None)
        return [refusal(tr)]
    plain = unaccent((incoming.text or "")[:LINE_LIMIT]).strip()
    find = _units if what == "u" else _people
    found = await find(ctx, (ctx.person or person).unit.path, plain) if plain else []
    if not found:
        return [Reply(tr.t("I find no such name in your branch. Please type another part of it, or /huy."))]
    ctx.state.pop("waits", None)
    if len(found) == 1:
        ctx.state["log"] = {**ctx.state.get("log", {}), what: found[0][0]}
        return [await _page(ctx, None)]
    rows = tuple((Choice(label, f"log/{what}/{id_}"),) for id_, label in found)
    return [Reply(tr.t("Which one?"), rows)]


async def _units(ctx: Context, under: str, plain: str) -> list[tuple[int, str]]:
    """Look-alikes are told apart by the unit above."""
    found = await audit.units_like(ctx.uow, under, plain, FOUND)
    return [(row["id"], _placed(row)) for row in found]


def _placed(row: Row) -> str:
    return f"{row['name']} – {row['parent_name']}" if row["parent_name"] else str(row["name"])


async def _people(ctx: Context, under: str, plain: str) -> list[tuple[int, str]]:
    known = await audit.doers(ctx.uow, under)
    return [(row["person_id"], row["name"]) for row in known if plain in unaccent(row["name"])][:FOUND]
