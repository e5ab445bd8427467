"""The words of the register of models: the list, one model with its history, commendations."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from locales.translator import Translator
from reporting.models.model_register import Change, Coverage, Model, Quota, Register
from reporting.questions import in_language

MOST_CANDIDATES = 10
"""Of one commendation; the file has all."""

MOST_CHANGES = 12


def title(found: Register, tr: Translator) -> str:
    """What the register is called."""
    return in_language(found.sheet.label, tr.language) or found.sheet.dataset


def summary(found: Register, unit: str, covered: Coverage | None, tr: Translator) -> list[Markup]:
    """How many there are, how many villages have one, how many have been kept for long."""
    name = tr.t("<b>{title}</b> – {unit}", title=title(found, tr), unit=unit)
    kept, everything = len(found.kept), len(found.models)
    count = tr.tn("<b>{n}</b> model", "<b>{n}</b> models", everything)
    lines = [name, count if kept == everything else tr.t("{count}, {kept} kept up", count=count, kept=kept)]
    if covered is not None:
        lines.append(_coverage(covered, tr))
    if long := sum(map(found.is_long, found.models)):
        lines.append(tr.t("Kept up for two years or more: <b>{n}</b>", n=long))
    return lines


def _coverage(covered: Coverage, tr: Translator) -> Markup:
    if covered.villages is None:
        return tr.t("Villages with a model: <b>{n}</b>", n=tr.number(covered.covered))
    return tr.t(
        "Villages with a model: <b>{n}/{all}</b> ({percent} %)",
        n=tr.number(covered.covered), all=tr.number(covered.villages), percent=tr.number(covered.percent or 0),
    )  # fmt: skip


def line(found: Register, place: int, model: Model, tr: Translator, *, names_unit: bool) -> Markup:
    """ "3. Thắp sáng đường quê – Cam Cọn · Kinh tế · Hiệu quả"."""
    said = [value(found, model, column, tr) for column in ("field", "state") if found.said(model, column)]
    parts = [*([model.short_unit] if names_unit else []), *said, tr.plain("since {day}", day=tr.full_day(model.since))]
    return tr.t("{n}. <b>{label}</b> – {said}", n=place, label=model.label, said=" · ".join(parts))


def value(found: Register, model: Model, column: str, tr: Translator) -> str:
    return found.names.value(getattr(found.sheet, column), found.said(model, column), tr)


def in_full(found: Register, model: Model, changes: Sequence[Change], tr: Translator) -> list[Markup]:
    """All that is known of a model, and how it came about."""
    lines = [tr.t("<b>{label}</b>", label=model.label), tr.t("Unit: {unit}", unit=model.unit)]
    for name in (*found.names.titles, *model.data.keys() - found.names.titles.keys()):
        if text := model.data.get(name):
            said = found.names.value(name, text, tr)
            lines.append(tr.t("{title}: {value}", title=found.names.title(name, tr), value=said))
    lines.append(tr.t("Registered: {day}", day=tr.full_day(model.registered)))
    if found.is_long(model):
        lines.append(tr.t("Kept up for two years or more."))
    if len(changes) > MOST_CHANGES:
        lines.append(tr.t("<i>The last {n} changes:</i>", n=MOST_CHANGES))
    return [*lines, *(_change(found, change, tr) for change in changes[-MOST_CHANGES:])]


def _change(found: Register, change: Change, tr: Translator) -> Markup:
    parts = [_part(found, *part, tr) for part in change.parts]
    said = tr.t("registered") if change.creates else Markup("; ").join(parts) or tr.t("nothing changed")
    return tr.t("• {day}: {said} ({code})", day=tr.full_day(change.at), said=said, code=change.code)


def _part(found: Register, name: str, before: str, after: str, tr: Translator) -> Markup:
    called = found.names.title(name, tr) if name else tr.plain("name")
    old, new = (found.names.value(name, text, tr) for text in (before, after))
    if not old:
        return tr.t("{title}: <b>{after}</b>", title=called, after=new)
    return tr.t("{title}: {before} → <b>{after}</b>", title=called, before=old, after=new)


def quota(found: Quota, tr: Translator) -> list[Markup]:
    """A commendation with its places and who is put forward."""
    name = in_language(found.target.label, tr.language) or found.target.name
    count, over = len(found.models), len(found.models) - found.places
    head = tr.t("🏅 {title}: <b>{n}/{places}</b> places", title=name, n=count, places=found.places)
    if over > 0:
        head += tr.t(" – {n} more than there are places", n=over)
    lines = [tr.t("• {label} ({unit})", label=m.label, unit=m.short_unit) for m in found.models[:MOST_CANDIDATES]]
    if count > MOST_CANDIDATES:
        lines.append(tr.t("… and {n} more: see the file", n=count - MOST_CANDIDATES))
    return [head, *lines]
