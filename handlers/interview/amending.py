"""What is said right after a report went out: "à còn thiếu 5 em" belongs to that, and is offered as its correction."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TypeGuard

from markupsafe import Markup

from forms.interview import Interview
from handlers.context import Context
from handlers.events import BadAction, Choice, Incoming, Reply, number, word
from handlers.interview import drafts, duty, one_message, quick, report, sparing
from handlers.values import value_text
from handlers.words import period_title, short_label
from storage import register
from storage.uow import Row

WITHIN = timedelta(hours=1)
"""So long after a report went out a line may still be about it."""

LONGEST = 1000
SHOWN = 3
"""Values on a button."""

_CUE = re.compile(
    r"^(?:à|a|ah|ồ|ơ|ờ)\b[\s,]*"
    r"|\b(?:(?:c[oò]n|v[aẫ]n|b[iị]) )?(?:thi[eế]u(?! (?:nhi|ni[eê]n))|s[oó]t)\b"
    r"|\b(?:qu[eê]n|th[eê]m|b[oổ] sung|n[uữ]a)\b|\b(?:nh[aầ]m|sai|s[uử]a (?:l[aạ]i|gi[uú]p|th[aà]nh))\b"
    r"|\b(?:l[uú]c|h[oồ]i|v[uừ]a) (?:n[aã]y|r[oồ]i)\b",
    re.IGNORECASE,
)
"""Words that add to what was said before, or take it back."""


def _just_sent(ctx: Context) -> int | None:
    # Left there by `sending.after_submit`.
    report_id, at = ctx.state.get("sent", (None, ""))
    return report_id if report_id and ctx.now <= datetime.fromisoformat(at) + WITHIN else None


async def said(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The offer to correct the report just sent, by what a line says; nothing if it is not about that."""
    text, report_id = (incoming.text or "")[:LONGEST], _just_sent(ctx)
    if report_id is None or ctx.person is None or sparing.asked_for(incoming):
        return []
    is_more = _CUE.search(text) is not None
    others = await register.owed(ctx.uow, ctx.person.unit.id, ctx.now)
    if others and not is_more:
        return []
    found = await report.to_correct(ctx, report_id)
    if isinstance(found, Reply):
        return []
    row, owed = found
    interview, told = await _read(ctx, row, text, add=False)
    if not told.paths:
        return [_open_it(ctx, row)] if is_more or told.doubted else []
    if not is_more and interview.result() == ctx.interview_of(interview.form, row).result():
        return [duty.received_already(ctx, owed)]
    ctx.state["amend"] = text
    return [await _which(ctx, row, interview, told, others)]


async def _read(ctx: Context, row: Row, text: str, *, add: bool) -> tuple[Interview, quick.Read]:
    """The sent report with what the line says: in place of its numbers, or added to them."""
    form = await ctx.form_of(row["version_id"], row["id"])
    before, interview = ctx.interview_of(form, row), ctx.interview_of(form, row)
    told = quick.take(ctx, interview, _CUE.sub(" ", text))
    for path in told.paths if add else ():
        old, new = before.value(form.by_path[path]), interview.value(form.by_path[path])
        if _is_number(old) and _is_number(new):
            interview.answer(path, old + new)
    return interview, told


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _open_it(ctx: Context, row: Row) -> Reply:
    text = ctx.tr.t(
        "Is this about report <b>{code}</b>, which you have just sent? It can be corrected.", code=row["code"]
    )
    return Reply(text, ((Choice(ctx.tr.plain("✏️ Correct this report"), f"fix/{row['id']}"),),))


async def _which(ctx: Context, row: Row, interview: Interview, told: quick.Read, others: list[Row]) -> Reply:
    """What the report says now, and what it can be made to say."""
    tr = ctx.tr
    before = ctx.interview_of(interview.form, row)
    head = tr.t("Shall I correct report <b>{code}</b>, which you have just sent?", code=row["code"])
    rows = [(Choice(tr.plain("Make it: {values}", values=_values(ctx, interview, told)), f"amend/{row['id']}/set"),)]
    if any(_is_number(before.value(interview.form.by_path[path])) for path in told.paths):
        summed, _ = await _read(ctx, row, ctx.state["amend"], add=True)
        rows.append(
            (Choice(tr.plain("Add it up: {values}", values=_values(ctx, summed, told)), f"amend/{row['id']}/add"),)
        )
    if others:
        title = period_title(others[0], tr).unescape()
        rows.append((Choice(tr.plain("It is for: {title}", title=title), f"amend/{row['id']}/next"),))
    return Reply(Markup("\n").join([head, *_lines(ctx, before, told)]), tuple(rows))


def _values(ctx: Context, interview: Interview, told: quick.Read) -> str:
    questions = [interview.form.by_path[path] for path in told.paths]
    shown = [value_text(interview, one, interview.value(one), ctx.tr) for one in questions]
    return ", ".join(shown[:SHOWN] + ["…"] * (len(shown) > SHOWN))


def _lines(ctx: Context, interview: Interview, told: quick.Read) -> list[Markup]:
    """What was sent of it."""
    questions = [interview.form.by_path[path] for path in told.paths]
    return [
        ctx.tr.t(
            "• {label}: <b>{value}</b>", label=short_label(interview, question, ctx.tr),
            value=value_text(interview, question, value, ctx.tr) if value is not None else ctx.tr.plain("not reported"),
        )
        for question in questions
        for value in [interview.value(question)]
    ]  # fmt: skip


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`amend/<report>/set|add|next`: the card of the sent report with what was said, which is sent from there; or the
    line was about the report that is owed next. Nothing is sent by this."""
    report_id, how = number(parts, 0), word(parts, 1)
    text = ctx.state.pop("amend", "")
    if how == "next":
        return await one_message.told(ctx, text) or await report.correct(ctx, report_id)
    if how not in ("set", "add"):
        raise BadAction(f"{how!r} of a correction")
    found = await report.to_correct(ctx, report_id)
    if isinstance(found, Reply):
        return [found]
    row, owed = found
    interview, _ = await _read(ctx, row, text, add=how == "add")
    draft = await drafts.new_draft(ctx, owed, interview, row["version_id"], report_id)
    return await drafts.go_on(ctx, draft, interview)
