"""docs/operations.md names what there is: commands, settings, findings, rules."""

from __future__ import annotations

import re
from pathlib import Path

from bot.__main__ import cli
from bot.backups import keeping
from bot.config import Settings

ROOT = Path(__file__).parent.parent
TOLD = (ROOT / "docs" / "operations.md").read_text()


def commands() -> set[str]:
    single = {one.name or (one.callback.__name__ if one.callback else "") for one in cli.registered_commands}
    return single | {str(group.name) for group in cli.registered_groups}


def test_its_commands_are_commands() -> None:
    typed = set(re.findall(r"-m bot ([a-z]+)", TOLD))
    started = {"backup", "restore", "status", "doctor", "copy", "totals", "member", "load", "run", "digest"}
    assert typed <= commands()
    assert {name for name in started if re.search(rf"`{name}\b", TOLD)} <= commands()
    assert {"backup", "restore", "status", "doctor"} <= commands()


def test_its_settings_are_settings() -> None:
    known = {name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`", TOLD))
    assert named
    assert named <= known
    example = (ROOT / ".env.example").read_text()
    assert [name for name in known if name.startswith("BACKUP_") and f"\n{name}=" not in example] == []


def test_the_rule_of_backups_is_the_rule() -> None:
    assert f"the last {keeping.DAILY} days, {keeping.WEEKLY} weeks and {keeping.MONTHLY} months" in TOLD


def test_what_doctor_says_is_what_is_looked_up() -> None:
    """The left side of the table, word for word, stands in what doctor can say."""
    said = "".join(path.read_text() for path in (ROOT / "bot" / "checks").glob("*.py"))
    for quoted in re.findall(r"\| `doctor`: ([^|]+?) \|", TOLD):
        for part in re.split(r"…|, or ", quoted):
            words = part.strip(" ,")
            assert words in said, words
