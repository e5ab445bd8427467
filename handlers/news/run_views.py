"""How a broadcast goes, in words: the message that counts up, what became of it, why somebody did not get it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from handlers.events import Choice, Reply, Rows
from handlers.news import consulting, news_words
from locales.translator import Translator
from reporting.news.run_words import reason
from storage.tables import BroadcastState, RecipientState
from storage.uow import Row

AHEAD = (RecipientState.WAITING, RecipientState.QUEUED)
OVER = (BroadcastState.DONE, BroadcastState.STOPPED)

_REASONS = 4
"""Reasons that are told one by one."""


def choice(label: str, verb: str, broadcast: Row) -> Choice:
    return Choice(label, f"run/{verb}/{broadcast['id']}")


def progress(broadcast: Row, counts: Mapping[str, int], tr: Translator) -> Reply:
    """The message that counts up, with the buttons that go with the state."""
    total, left = sum(counts.values()), sum(counts.get(state, 0) for state in (*AHEAD, RecipientState.STOPPED))
    heads = {
        BroadcastState.PAUSED: tr.plain("⏸ Paused"),
        BroadcastState.DONE: tr.plain("✅ Sent"),
        BroadcastState.STOPPED: tr.plain("⏹ Stopped"),
    }
    head = heads.get(BroadcastState(broadcast["state"]), tr.plain("📣 Being sent"))
    lines = [
        tr.t("{head}: <i>{title}</i>", head=head, title=news_words.title(broadcast, tr)),
        tr.t("<b>{done}/{total}</b>", done=tr.number(total - left), total=tr.number(total)),
    ]
    if trouble := _trouble(counts, tr):
        lines.append(trouble)
    if is_held(broadcast):
        lines.append(held(tr))
    return Reply(Markup("\n").join(lines), steering(broadcast, tr))


def is_held(broadcast: Row) -> bool:
    """Whether it rests until somebody has answered whether it may be corrected."""
    return broadcast["state"] not in OVER and consulting.correction(broadcast) is not None


def held(tr: Translator) -> Markup:
    return tr.t("⏳ A correction waits for a second person's yes; until then it is sent to nobody else.")


def _trouble(counts: Mapping[str, int], tr: Translator) -> Markup:
    parts = []
    if blocked := counts.get(RecipientState.BLOCKED):
        parts.append(tr.t("blocked me: {n}", n=tr.number(blocked)))
    if failed := counts.get(RecipientState.FAILED):
        parts.append(tr.t("failed: {n}", n=tr.number(failed)))
    if stopped := counts.get(RecipientState.STOPPED):
        parts.append(tr.t("not sent to: {n}", n=tr.number(stopped)))
    return Markup(" · ").join(parts)


def steering(broadcast: Row, tr: Translator) -> Rows:
    """The buttons of a broadcast under way."""
    stop = choice(tr.plain("⏹ Stop the rest"), "stop", broadcast)
    if broadcast["state"] == BroadcastState.RUNNING:
        return ((choice(tr.plain("⏸ Pause"), "pause", broadcast),), (stop,))
    if broadcast["state"] == BroadcastState.PAUSED:
        return ((choice(tr.plain("▶ Continue"), "go", broadcast),), (stop,))
    return ()


def ways(broadcast: Row, counts: Mapping[str, int], tr: Translator) -> Rows:
    """The buttons of a broadcast of which something has gone out."""
    rows: list[tuple[Choice, ...]] = [*steering(broadcast, tr)]
    rows.append(_list_of(broadcast, tr))
    if (
        broadcast["state"] == BroadcastState.DONE
        and counts.get(RecipientState.FAILED)
        and not broadcast["withdrawn_at"]
    ):
        rows.append((choice(tr.plain("🔁 Send again to those who did not get it"), "again", broadcast),))
    if counts.get(RecipientState.SENT) and not broadcast["withdrawn_at"]:
        rows.append((choice(tr.plain("✏️ Correct it"), "edit", broadcast),))
        rows.append((choice(tr.plain("🗑 Take it back"), "withdraw", broadcast),))
    return tuple(rows)


def result(broadcast: Row, counts: Mapping[str, int], why: Sequence[Row], tr: Translator) -> Reply:
    """What became of it, when it is over."""
    stopped = broadcast["state"] == BroadcastState.STOPPED
    head = tr.t("⏹ The rest of this news was stopped:") if stopped else tr.t("✅ This news has been sent:")
    title = tr.t("<i>{title}</i>", title=news_words.title(broadcast, tr))
    text = Markup("\n").join([head, title, *outcome(counts, why, tr)])
    return Reply(text, ways(broadcast, counts, tr))


def outcome(counts: Mapping[str, int], why: Sequence[Row], tr: Translator) -> list[Markup]:
    """A line for each end that some came to, the reasons under those who did not get it."""
    lines = [tr.t("• Sent: <b>{n}</b>", n=tr.number(counts.get(RecipientState.SENT, 0)))]
    if left := sum(counts.get(state, 0) for state in AHEAD):
        lines.append(tr.t("• Still to come: {n}", n=tr.number(left)))
    if blocked := counts.get(RecipientState.BLOCKED):
        lines.append(tr.t("• Blocked me: {n}", n=tr.number(blocked)))
    for state, words in (
        (RecipientState.FAILED, tr.plain("Failed")),
        (RecipientState.STOPPED, tr.plain("Not sent to")),
    ):
        if n := counts.get(state):
            found = _reasons([row for row in why if row["state"] == state], tr)
            lines.append(tr.t("• {end}: {n} ({reasons})", end=words, n=tr.number(n), reasons=found))
    return lines


def _reasons(rows: Sequence[Row], tr: Translator) -> str:
    found: Counter[str] = Counter()
    for row in rows:
        found[reason(row["state"], row["error"], tr)] += row["count"]
    parts = [f"{words}: {tr.number(n)}" if len(found) > 1 else words for words, n in found.most_common(_REASONS)]
    return "; ".join(parts) + ("…" if len(found) > _REASONS else "")


def amended(broadcast: Row, reached: int, missed: int, tr: Translator) -> Reply:
    """A correction or a withdrawal is through: whom it reached, and whom it could not."""
    withdrawn = bool(broadcast["withdrawn_at"])
    head = tr.t("🗑 The news was taken back:") if withdrawn else tr.t("✏️ The news was corrected:")
    lines = [head, tr.t("<i>{title}</i>", title=news_words.title(broadcast, tr))]
    if reached:
        lines.append(tr.tn("• in {n} conversation", "• in {n} conversations", reached))
    elif not missed:
        lines.append(tr.t("• Nobody had got it."))
    if missed:
        lines.append(
            tr.tn(
                "• not in {n} conversation: there the old message still stands.",
                "• not in {n} conversations: there the old message still stands.",
                missed,
            )
        )
    return Reply(Markup("\n").join(lines), (_list_of(broadcast, tr),))


def _list_of(broadcast: Row, tr: Translator) -> tuple[Choice, ...]:
    return (choice(tr.plain("📄 List (Excel)"), "list", broadcast),)
