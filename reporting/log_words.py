"""The small words of the log: what the codes of before and after are called."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from locales.translator import Translator
from reporting.organisation.member_words import role_name


def field_name(name: str, tr: Translator) -> str:
    """What a code of before and after is called; one without words is shown as it is."""
    names = {
        "unit": tr.plain("unit"),
        "role": tr.plain("role"),
        "uses": tr.plain("uses"),
        "name": tr.plain("name"),
        "parent": tr.plain("unit above"),
        "state": tr.plain("state"),
        "language": tr.plain("language"),
        "revision": tr.plain("version"),
        "version": tr.plain("version"),
        "due_at": tr.plain("due"),
        "closes_at": tr.plain("closes"),
        "valid_from": tr.plain("valid from"),
        "valid_to": tr.plain("valid until"),
        "short_name": tr.plain("short name"),
        "successors": tr.plain("successors"),
        "expires_at": tr.plain("valid until"),
        "question": tr.plain("question"),
        "channel": tr.plain("channel"),
        "kind": tr.plain("kind"),
        "units": tr.plain("units"),
        "given": tr.plain("given"),
        "wrong": tr.plain("were wrong"),
        "report": tr.plain("report"),
        "changed": tr.plain("changed"),
        "until": tr.plain("valid until"),
        "told": tr.plain("were told"),
        "topic": tr.plain("topic"),
        "wanted": tr.plain("wanted"),
        "week": tr.plain("week"),
        "groups": tr.plain("groups"),
        "people": tr.plain("people"),
        "topics": tr.plain("gets"),
    }
    return names.get(name, name)


def value_words(value: Any, tr: Translator) -> str:
    """A value of before and after for people: times are local ones, nothing is a dash."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return tr.plain("yes") if value else tr.plain("no")
    if isinstance(value, int):
        return tr.number(value)
    if isinstance(value, list):
        return ", ".join(value_words(one, tr) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {value_words(one, tr)}" for key, one in value.items())
    return _time(str(value), tr) or _code(str(value), tr)


def _time(text: str, tr: Translator) -> str:
    if len(text) < len("2022-12-16T08:00") or text[4:5] != "-":
        return ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return f"{tr.time(at)} {tr.full_day(at)}" if at.tzinfo else ""


def _code(text: str, tr: Translator) -> str:
    states = {
        "received": tr.plain("it was received"),
        "returned": tr.plain("a line was asked back"),
        "corrected": tr.plain("it was corrected"),
        "approved": tr.plain("it was approved"),
        "open": tr.plain("still owed"),
        "running": tr.plain("▶ running"),
        "paused": tr.plain("⏸ paused"),
        "closed": tr.plain("⏹ over"),
        "exempt": tr.plain("exempt from it"),
        "reported": tr.plain("it was reported"),
        "nothing": tr.plain("nothing took place"),
        "news": tr.plain("news"),
        "stories": tr.plain("good examples"),
        "digest": tr.plain("digests"),
        "owing_names": tr.plain("names of units that have not reported"),
        "owing_number": tr.plain("how many units have not reported"),
    }
    return states.get(text) or role_name(text, tr)
