"""The guide for those who report, lead and work in the office tells of what is there."""

import re
from pathlib import Path

import pytest

from forms.answers import unaccent
from handlers.commands import ALL, COMMANDS, Command, find

DOCS = Path(__file__).parent.parent / "docs"
GUIDE = (DOCS / "huong-dan.md").read_text(encoding="utf-8")
EVERYBODY, LEADER, OFFICE, REPORTER = "mọi người", "lãnh đạo", "văn phòng", "người báo cáo"


def row_of(command: Command) -> list[str]:
    """What one types instead, what it is for, and for whom, from the table of commands."""
    found = re.search(rf"^\| `/{command.name}` \|(.*)\|$", GUIDE, re.MULTILINE)
    assert found, f"/{command.name} is not in the guide"
    return [cell.strip() for cell in found[1].split("|")]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_commands(command: Command) -> None:
    words, purpose, who = row_of(command)
    typed = re.findall(r"`([^`]+)`", words)
    assert [find(phrase, unaccent(phrase)) for phrase in typed] == [command.name] * len(typed)
    assert bool(typed) is bool(command.words)
    assert purpose
    told = {role for role, name in (("reporter", REPORTER), ("leader", LEADER), ("officer", OFFICE)) if name in who}
    if who == EVERYBODY:
        # Who has no button for the digest may still type it, and is told of their own unit.
        assert set(command.roles) == set(ALL) or command.name == "tonghop"
    else:
        assert told == set(command.roles) - {"admin"}


def test_no_command_is_made_up() -> None:
    names = {command.name for command in COMMANDS}
    assert set(re.findall(r"`/(\w+)", GUIDE)) <= names


def test_every_picture_is_used() -> None:
    others = (DOCS / "soan-bieu-mau.md", DOCS.parent / "README.md")
    documents = GUIDE + "".join(path.read_text(encoding="utf-8") for path in others)
    assert [path.name for path in (DOCS / "img").glob("*.png") if path.name not in documents] == []


def test_anchors_lead_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
    assert [anchor for anchor in re.findall(r"\]\(#([^)]+)\)", GUIDE) if anchor not in anchors] == []
