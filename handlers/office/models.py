"""/mohinh: the register of models of one's unit or branch, by field, state and unit; one model in full; the files."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Attachment, BadAction, Choice, Incoming, Reply, Rows, in_rows, number, word
from handlers.office import model_words as words
from handlers.office.model_view import COLUMNS, LONG, NO_CHOICE, PROPOSED, View, loaded, narrowed, registers, sees_all
from reporting.models import model_register
from reporting.models.model_register import Model, Register
from reporting.models.model_sheet import ModelSheet
from reporting.questions import in_language
from storage.uow import Row

PAGE = 8
LONGEST_LABEL = 40


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/mohinh: the register, or which of several."""
    tr, found = ctx.tr, await registers(ctx)
    if not found:
        return [Reply(tr.t("No model has been registered in your campaigns yet."))]
    views = list(found)
    if len(views) == 1:
        return [await _listed(ctx, incoming, views[0], 0)]
    choices = [Choice(_called(ctx, *found[view]), f"mo/l/{view}/0") for view in views]
    return [Reply(tr.t("Which register do you want to see?"), tuple((choice,) for choice in choices))]


def _called(ctx: Context, campaign: Row, sheet: ModelSheet) -> str:
    label = in_language(sheet.label, ctx.tr.language) or sheet.dataset
    return f"{label} – {campaign['name']}"[:LONGEST_LABEL]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`mo/l/<register>/<filters>/<page>` the list, `mo/f/<register>/<filters>/<what>/<page>` what to filter by,
    `mo/m/<register>/<filters>/<model>` one, `mo/q|xlsx|docx/<register>/<filters>` commendations and files."""
    verb, view = word(parts, 0), View.read(word(parts, 1), word(parts, 2))
    if verb == "l":
        return [await _listed(ctx, incoming, view, number(parts, 3))]
    if verb == "f":
        return [await _filters(ctx, incoming, view, word(parts, 3), number(parts, 4))]
    if verb == "m":
        return [await _one(ctx, view, number(parts, 3))]
    if verb == "q":
        return [await _quotas(ctx, view)]
    if verb in ("xlsx", "docx"):
        return [await _file(ctx, view, verb)]
    raise BadAction(f"{verb!r} is nothing to do with a register")


# --- the list --------------------------------------------------------------------------------------


async def _listed(ctx: Context, incoming: Incoming, view: View, page: int) -> Reply:
    tr, person, whole = ctx.tr, ctx.person, await loaded(ctx, view)
    assert person is not None  # noqa: S101  (`loaded` has looked)
    found = narrowed(view, whole)
    unit = {"id": person.unit.id, "path": person.unit.path}
    covered = await model_register.coverage(ctx.uow, ctx.library, whole, unit, tr.timezone)
    lines = words.summary(whole, person.unit.short_name, covered, tr)
    if not whole.models:
        hint = tr.t("Nothing is registered yet: a unit registers its models with /baocao.")
        return Reply(Markup("\n").join([lines[0], hint]))
    if chosen := _chosen(ctx, view, whole):
        lines.append(tr.t("<i>Only: {filters}</i> ({n})", filters=" · ".join(chosen), n=len(found.models)))
    page = min(page, max(len(found.models) - 1, 0) // PAGE)
    shown = list(enumerate(found.models, start=1))[page * PAGE : (page + 1) * PAGE]
    many = person.role != "reporter"
    lines += [words.line(found, place, model, tr, names_unit=many) for place, model in shown]
    if not shown:
        lines.append(tr.t("There is none."))
    numbers = [Choice(str(place), f"mo/m/{view}/{model.id}") for place, model in shown]
    rows = (*_fours(numbers), *_turn(ctx, f"mo/l/{view}", page, len(found.models)), *_ways(ctx, view, whole))
    return Reply(Markup("\n").join(lines), rows, replaces=incoming.message_id)


def _fours(choices: list[Choice]) -> Rows:
    return tuple(tuple(choices[start : start + 4]) for start in range(0, len(choices), 4))


def _turn(ctx: Context, action: str, page: int, count: int) -> Rows:
    turn = [Choice(ctx.tr.plain("◀ Previous"), f"{action}/{page - 1}")] if page else []
    turn += [Choice(ctx.tr.plain("More ▶"), f"{action}/{page + 1}")] if (page + 1) * PAGE < count else []
    return (tuple(turn),) if turn else ()


def _chosen(ctx: Context, view: View, whole: Register) -> list[str]:
    """The filters in words."""
    said = []
    for column in COLUMNS:
        place, there = getattr(view, column), whole.values(column)
        if place != NO_CHOICE and int(place) < len(there):
            said.append(whole.names.value(getattr(whole.sheet, column), there[int(place)], ctx.tr))
    said += [model.short_unit for model in whole.models if str(model.unit_id) == view.unit][:1]
    which = {LONG: ctx.tr.plain("two years or more"), PROPOSED: ctx.tr.plain("put forward")}
    return [*said, *([which[view.which]] if view.which in which else [])]


def _ways(ctx: Context, view: View, whole: Register) -> Rows:
    """What to filter by, the commendations, the files."""
    tr = ctx.tr
    by = {"field": tr.plain("By field"), "state": tr.plain("By state")}
    ways = [Choice(by[column], f"mo/f/{view}/{column}/0") for column in COLUMNS if len(whole.values(column)) > 1]
    if len({model.unit_id for model in whole.models}) > 1:
        ways.append(Choice(tr.plain("By unit"), f"mo/f/{view}/unit/0"))
    if any(map(whole.is_long, whole.models)) and view.which != LONG:
        ways.append(Choice(tr.plain("Two years or more"), f"mo/l/{replace(view, which=LONG)}/0"))
    if any(map(whole.is_proposed, whole.models)):
        ways.append(Choice(tr.plain("🏅 Commendations"), f"mo/q/{view}"))
    if view != view.whole:
        ways.append(Choice(tr.plain("All of them"), f"mo/l/{view.whole}/0"))
    files = [Choice(tr.plain("Excel file"), f"mo/xlsx/{view}"), Choice(tr.plain("Word file"), f"mo/docx/{view}")]
    return (*in_rows(ways), tuple(files))


async def _filters(ctx: Context, incoming: Incoming, view: View, what: str, page: int) -> Reply:
    """What there is to choose from: values with how many models have them."""
    whole = await loaded(ctx, view)
    if what not in (*COLUMNS, "unit"):
        raise BadAction(f"{what!r} is nothing to filter by")
    options = _units(whole) if what == "unit" else _values(ctx, whole, what)
    here = options[page * PAGE : (page + 1) * PAGE]
    choices = [
        Choice(f"{label[:LONGEST_LABEL]} ({n})", f"mo/l/{view.with_filter(what, at)}/0") for label, at, n in here
    ]
    anything = Choice(ctx.tr.plain("Any"), f"mo/l/{view.with_filter(what, NO_CHOICE)}/0")
    rows = (*in_rows(choices), *_turn(ctx, f"mo/f/{view}/{what}", page, len(options)), (anything,))
    return Reply(ctx.tr.t("Which models do you want to see?"), rows, replaces=incoming.message_id)


def _units(whole: Register) -> list[tuple[str, str, int]]:
    names = {model.unit_id: model.short_unit for model in whole.models}
    return [(name, str(unit), sum(m.unit_id == unit for m in whole.models)) for unit, name in names.items()]


def _values(ctx: Context, whole: Register, column: str) -> list[tuple[str, str, int]]:
    name = getattr(whole.sheet, column)
    return [
        (whole.names.value(name, value, ctx.tr), str(at), sum(whole.said(m, column) == value for m in whole.models))
        for at, value in enumerate(whole.values(column))
    ]


# --- one, commendations, files ---------------------------------------------------------------------


def _back(ctx: Context, view: View) -> Rows:
    return ((Choice(ctx.tr.plain("⬅ The list"), f"mo/l/{view}/0"),),)


async def _one(ctx: Context, view: View, model_id: int) -> Reply:
    found = await loaded(ctx, view)
    model: Model | None = next((model for model in found.models if model.id == model_id), None)
    if model is None:
        return Reply(ctx.tr.t("I cannot find this model: it may have been corrected away."), _back(ctx, view))
    changes = await model_register.history(ctx.uow, found, [model])
    return Reply(Markup("\n").join(words.in_full(found, model, changes[model.id], ctx.tr)), _back(ctx, view))


async def _quotas(ctx: Context, view: View) -> Reply:
    found = await loaded(ctx, view)
    lines = [ctx.tr.t("<b>Put forward for a commendation</b>")]
    for quota in await model_register.quotas(ctx.uow, found, ctx.tr.timezone):
        lines += words.quota(quota, ctx.tr) if quota.matters(found.today) else []
    if len(lines) == 1:
        proposed = [model for model in found.models if found.is_proposed(model)]
        lines += [words.line(found, place, m, ctx.tr, names_unit=True) for place, m in enumerate(proposed[:PAGE], 1)]
    return Reply(Markup("\n").join(lines), _back(ctx, view))


async def _file(ctx: Context, view: View, style: str) -> Reply:
    """The whole register as a file, written when it is sent."""
    found, person = await loaded(ctx, view), ctx.person
    assert person is not None  # noqa: S101  (`loaded` has looked)
    own, leaders = int(person.role == "reporter"), int(sees_all(person))
    reference = (
        f"models/{view.campaign}/{found.sheet.dataset}/{person.unit.id}/{own}{leaders}/{ctx.tr.language}/{style}"
    )
    name = f"{found.campaign['slug']}-{found.sheet.dataset}-{found.today:%Y%m%d}.{style}"
    return Reply(ctx.tr.t("Here is the file."), document=Attachment(reference, name))
