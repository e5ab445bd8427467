"""What a line asked back says to others: the question to those who report, the outcome to the one who asked."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Reply, Rows
from handlers.notices import notify
from handlers.sent import lines
from handlers.words import period_title
from locales.translator import Translator
from reporting.returns import WHOLE
from storage import people, reports, returns
from storage.uow import Row


async def question(ctx: Context, report: Row, asked: Row, tr: Translator) -> Reply:
    """The line, the reason, and the ways to answer."""
    found = await lines.interview(ctx, report, tr)
    path, nothing = asked["question"], report["is_nothing"]
    text = tr.t(
        "🔁 {name} ({unit}) asks about report <b>{code}</b>, <i>{line}</i>: “{reason}”",
        name=asked["member_name"], unit=asked["asker_unit"], code=report["code"],
        line=lines.phrase(found, path, tr, nothing=nothing), reason=asked["reason"],
    )  # fmt: skip
    answer = f"ret/{asked['id']}"
    said = lines.cut(lines.says(found, path, tr, nothing=nothing))
    rows: list[tuple[Choice, ...]] = [(Choice(tr.plain("Yes, {value} is right", value=said), f"{answer}/keep"),)]
    if other := lines.proposal(found, path, asked["reason"], ctx.now, tr):
        rows.append((Choice(lines.cut(other.echo), f"{answer}/v"),))
    correct = tr.plain("✏️ Correct this report") if path == WHOLE else tr.plain("✏️ Correct this line")
    rows.append((Choice(correct, f"{answer}/edit"),))
    return Reply(text, tuple(rows))


async def ask_sender(ctx: Context, report: Row, asked: Row) -> int:
    """Push the question to the one who sent the report, else to all who report for the unit. Returns to how many."""
    reached = await _senders(ctx, report)
    for account in reached:
        tr = ctx.office.translators[account["language"]]
        _push(ctx, account, await question(ctx, report, asked, tr), f"returned/{asked['id']}")
    return len(reached)


async def tell_opened(ctx: Context, report: Row, reason: str) -> int:
    """Tell them that the approved report takes corrections again, and why."""
    assert ctx.person is not None  # noqa: S101  (the caller has looked)
    reached = await _senders(ctx, report)
    for account in reached:
        tr = ctx.office.translators[account["language"]]
        text = tr.t(
            "🔓 {name} ({unit}) has opened report <b>{code}</b> ({title}) again: “{reason}”",
            name=ctx.person.name, unit=ctx.person.unit.name, code=report["code"], title=period_title(report, tr),
            reason=reason,
        )  # fmt: skip
        rows: Rows = ((Choice(tr.plain("✏️ Correct this report"), f"fix/{report['id']}"),),)
        key = f"opened/{report['id']}/{report['revision_no']}/{int(ctx.now.timestamp())}"
        _push(ctx, account, Reply(text, rows), key)
    return len(reached)


async def _senders(ctx: Context, report: Row) -> list[Row]:
    accounts = await people.accounts(ctx.uow, ["reporter"], [report["unit_id"]])
    sender = (await returns.revisions(ctx.uow, report["id"]))[-1]["member_id"]
    return [account for account in accounts if account["member_id"] == sender] or accounts


async def corrected(ctx: Context, report_id: int, answered: Sequence[Row]) -> None:
    """Tell each who asked a line back what the newest version says in its place."""
    report = await reports.current(ctx.uow, report_id) if answered else None
    if report is None:
        return
    *_, before, after = await returns.revisions(ctx.uow, report_id)
    for account, asked in await _askers(ctx, answered):
        tr = ctx.office.translators[account["language"]]
        old, new = await lines.interview(ctx, before, tr), await lines.interview(ctx, after, tr)
        text = tr.t(
            "✅ {unit} has corrected {line}: {before} → <b>{after}</b> ({code}, version {n})",
            unit=report["short_name"], line=lines.called(old, asked["question"], tr) or tr.plain("the report"),
            before=lines.says(old, asked["question"], tr, nothing=not before["answers"]),
            after=lines.says(new, asked["question"], tr, nothing=report["is_nothing"]),
            code=report["code"], n=report["revision_no"],
        )  # fmt: skip
        _push(ctx, account, Reply(text, _to_report(report, tr)), f"answered/{asked['id']}")


async def confirmed(ctx: Context, report: Row, asked: Row) -> None:
    """Tell the one who asked that the line is right as it stands."""
    for account, _ in await _askers(ctx, [asked]):
        tr = ctx.office.translators[account["language"]]
        found = await lines.interview(ctx, report, tr)
        line = lines.phrase(found, asked["question"], tr, nothing=report["is_nothing"])
        text = tr.t(
            "✅ {unit} confirms: <b>{line}</b> ({code})", unit=report["short_name"], line=line, code=report["code"]
        )
        _push(ctx, account, Reply(text, _to_report(report, tr)), f"answered/{asked['id']}")


def _to_report(report: Row, tr: Translator) -> Rows:
    return ((Choice(tr.plain("See the report"), f"rv/report/{report['id']}"),),)


async def _askers(ctx: Context, answered: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Where to tell whom of which answer; in place of one who is there no more, those who have that role there now."""
    found = []
    for asked in answered:
        accounts = await people.accounts(ctx.uow, [asked["asker_role"]], [asked["asker_unit_id"]])
        mine = [account for account in accounts if account["member_id"] == asked["member_id"]]
        found += [(account, asked) for account in mine or accounts]
    return found


def _push(ctx: Context, account: Row, reply: Reply, key: str) -> None:
    chat = f"{account['channel']}:{account['address']}"
    notify(ctx.office, ctx.uow, account, reply, key=f"{key}/{chat}")


def quoted(reason: str) -> Markup:
    """A reason as it is shown beside what it led to; "" for none."""
    return Markup(": “{}”").format(reason) if reason else Markup("")
