"""The headers of columns: what they mean, and which of them nobody can make sense of."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from forms.problems import Problem
from forms.sheets import Sheet

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "relevance": "relevant", "calculate": "calculation", "readonly": "read_only", "command": "type", "tag": "name",
        "caption": "label",
    }
)  # fmt: skip
EXPRESSIONS = frozenset({"relevant", "constraint", "calculation", "required", "read_only"})
# What stands before “::” on the choices sheet; whatever else does, pyxform stumbles over.
SHOWN = frozenset({"label", "media", "image", "big_image", "audio", "video"})
# Columns that mean nothing without “::”, by sheet.
FAMILIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "survey": frozenset({"bind", "body", "instance"}),
        "choices": frozenset({"media"}),
        "settings": frozenset({"bind", "instance", "attribute"}),
    }
)
# Columns that have no languages.
PLAIN = frozenset(
    {
        *EXPRESSIONS, "type", "name", "default", "choice_filter", "trigger", "parameters", "appearance", "repeat_count",
        "save_to", "form_id", "form_title", "id_string", "version", "default_language", "instance_name",
    }
)  # fmt: skip


def column_of(header: str) -> str:
    """The column that a header means: "Constraint Message::English (en)" → "constraint_message"."""
    parts = [_plain(part) for part in header.split("::")]
    is_bind = parts[0] == "bind" and len(parts) == 2 and ALIASES.get(parts[1], parts[1]) in EXPRESSIONS
    base = parts[1] if is_bind else parts[0]
    return ALIASES.get(base, base)


def _plain(part: str) -> str:
    return part.strip().lower().replace(" ", "_").replace("-", "_")


def senseless(name: str, sheet: Sheet) -> Iterator[Problem]:
    """A problem for each filled column of the sheet `name` whose header cannot be read, in its first filled row."""
    seen: set[str] = set()
    for row in sheet.rows:
        for header in row.cells:
            if header not in seen and _is_senseless(name, header):
                yield Problem("column_refused", {"column": header}, name, row.number)
            seen.add(header)


def _is_senseless(name: str, header: str) -> bool:
    # Of old a single colon did what “::” does, and pyxform still reads it so.
    first, separator, _ = header.partition(":")
    base = ALIASES.get(_plain(first), _plain(first))
    if not separator:
        return base in FAMILIES.get(name, frozenset())
    return base not in SHOWN if name == "choices" else base in PLAIN
