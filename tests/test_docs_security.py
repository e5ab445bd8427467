"""docs/security.md: each file that stops something is there, and so is each test."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
_HEAD = re.compile(r"\| (?!they try|what |---)")
ROWS = [line for line in TEXT.split("## What was tried")[0].splitlines() if _HEAD.match(line)]
_TEST = re.compile(r"`(tests/[\w/.]+)::(\w+)`")
_FILE = re.compile(r"`((?:bot|handlers|forms|reporting|storage|locales|tests)/[\w/.]*)`")


@cache
def named_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_each_test_is_there() -> None:
    named = _TEST.findall(TEXT)
    assert len(named) > 50
    missing = [f"{path}::{name}" for path, name in named if not (ROOT / path).exists() or name not in named_in(path)]
    assert missing == []


def test_each_file_is_there() -> None:
    assert [path for path in _FILE.findall(TEXT) if not (ROOT / path).exists()] == []


def test_each_attack_has_a_test() -> None:
    assert ROWS
    assert [row for row in ROWS if row.count("|") == 4 and not _TEST.search(row)] == []


# --- ruff's security rules -------------------------------------------------------------------------

_PASSED_OVER = re.compile(r"# noqa: [^#]*\bS\d{3}\b(.*)")


def test_whatever_is_passed_over_has_its_reason_beside_it() -> None:
    without = []
    for room in ("bot", "handlers", "forms", "reporting", "storage", "locales", "docs"):
        for file in (ROOT / room).rglob("*.py"):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                found = _PASSED_OVER.search(line)
                if found and not re.search(r"\w{3}", found[1].replace("noqa", "")):
                    without.append(f"{file.relative_to(ROOT)}:{number}")
    assert without == []


def test_the_rules_are_on() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    selected = re.search(r"^select = (\[.*\])", text, re.MULTILINE)
    ignored = re.search(r"^ignore = (\[.*\])", text, re.MULTILINE)
    assert selected and "S" in ast.literal_eval(selected[1])
    assert ignored and not [rule for rule in ast.literal_eval(ignored[1]) if rule.startswith("S")]
