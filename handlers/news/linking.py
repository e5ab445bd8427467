"""The link of a broadcast: the address first, then what its button says."""

from __future__ import annotations

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, in_rows
from handlers.news import card
from handlers.news.parts import back, keep, waits
from reporting.news import markup
from storage.uow import Row

LONGEST_LABEL, LONGEST_URL = 40, 200


def ask_link(ctx: Context, row: Row, why: Markup | None = None) -> Reply:
    waits(ctx, "link", row["id"])
    text = ctx.tr.t("Type or paste the address, such as <i>example.vn/register</i>")
    choices = [back(ctx, row)]
    if row["content"].get("link"):
        choices.append(Choice(ctx.tr.plain("No link button"), f"tin/nolink/{row['id']}"))
    return Reply(Markup("\n").join([why, text]) if why else text, in_rows(choices))


async def link_given(ctx: Context, row: Row, incoming: Incoming) -> Reply:
    """An address, or what the button says and then the address."""
    tr = ctx.tr
    label, url = _parted(incoming.text or "")
    if url is None:
        return ask_link(ctx, row, tr.t("I could not read that as an address."))
    if len(url) > LONGEST_URL:
        return ask_link(ctx, row, tr.t("The address is longer than {most} characters.", most=LONGEST_URL))
    # Without words of its own the button is good enough to be sent.
    await keep(ctx, row, link=[tr.plain("Open the link"), url])
    return await _label(ctx, row, label) if label else ask_label(ctx, row)


def _parted(text: str) -> tuple[str, str | None]:
    """The words and the address of a line; None where there is no address in it."""
    before, bar, last = text.rpartition("|")
    if not bar:
        before, _, last = text.strip().rpartition(" ")
    last = last.strip()
    url = last if "://" in last else f"https://{last}"
    return " ".join(before.split()), url if markup.is_address(url) else None


def ask_label(ctx: Context, row: Row, why: Markup | None = None) -> Reply:
    """What the button says, once its address is kept."""
    tr, (label, url) = ctx.tr, row["content"]["link"]
    waits(ctx, "label", row["id"])
    text = tr.t("🔗 {url}\nWhat is the button to say? Type it, such as <i>Register</i>.", url=url)
    as_it_is = Choice(tr.plain("Leave it at: {label}", label=label), f"tin/show/{row['id']}")
    return Reply(Markup("\n").join([why, text]) if why else text, ((as_it_is,),))


async def label_given(ctx: Context, row: Row, incoming: Incoming) -> Reply:
    label = " ".join((incoming.text or "").split())
    if not row["content"].get("link"):
        return ask_link(ctx, row)
    return await _label(ctx, row, label) if label else ask_label(ctx, row)


async def _label(ctx: Context, row: Row, label: str) -> Reply:
    if len(label) > LONGEST_LABEL:
        return ask_label(
            ctx, row, ctx.tr.t("The button's words are longer than {most} characters.", most=LONGEST_LABEL)
        )
    await keep(ctx, row, link=[label, row["content"]["link"][1]])
    return await card.shown(ctx, row["id"])
