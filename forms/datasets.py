"""Entity lists as choices: rows that are not in the form but given to it at the time of the conversation.

The idea: the form is read once with a place left open for each list; `filled` gives a copy that shares everything but
the lists, so that it costs no more than their rows.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from forms.model import Form, Question
from forms.nodes import Node
from forms.sheets import Sheet

SHEET = "entities"
_NO_SHEETS: Mapping[str, Sheet] = {}
_CREATED = re.compile(r"""<(?:\w+:)?entity\s[^>]*\bdataset=["']([^"']+)["'][^>]*\bcreate=""")


def registered(sheets: Mapping[str, Sheet] = _NO_SHEETS, xform_xml: str = "") -> frozenset[str]:
    """The entity lists to which a workbook, or an XForm, adds."""
    rows = (row.cells for row in sheets[SHEET].rows) if SHEET in sheets else ()
    found = {_name(cells) for cells in rows if not cells.get("entity_id") or cells.get("create_if")}
    return frozenset({*found, *_CREATED.findall(xform_xml)} - {""})


def _name(cells: Mapping[str, str]) -> str:
    return (cells.get("list_name") or cells.get("dataset") or "").strip()


def is_open(choices: Node) -> bool:
    """Whether a list of the form waits for its rows."""
    return bool(choices.text) and not choices.children


def open_lists(form: Form) -> tuple[str, ...]:
    """The entity lists that the form picks from."""
    return tuple(name for name, choices in form.document.lists.items() if is_open(choices))


def filled(form: Form, lists: Mapping[str, Iterable[Mapping[str, str]]]) -> Form:
    """The form with the rows of its open lists: `name`, `label` and properties."""
    found = {name: _node(rows) for name, rows in lists.items()}
    document = replace(form.document, lists={**form.document.lists, **found})
    return replace(form, document=document, unfilled=form.unfilled or form)


def _node(rows: Iterable[Mapping[str, str]]) -> Node:
    start = Node("instance")
    root = start.add("root")
    for row in rows:
        item = root.add("item")
        for name, text in row.items():
            item.add(name, text=text)
    return start


def listed(form: Form, question: Question) -> list[tuple[str, str]]:
    """Value and label of each row of the entity list that a question picks from; none when it picks from no such."""
    if question.itemset is None:
        return []
    rows = (row for name in question.itemset.nodes.instances for row in _rows(form, name))
    fields = ({child.name: child.text for child in row.children} for row in rows)
    return [(row.get(question.itemset.value, ""), row.get(question.itemset.label, "")) for row in fields]


def _rows(form: Form, name: str) -> Sequence[Node]:
    choices = form.document.lists.get(name)
    return choices.children[0].children if choices and choices.children else ()
