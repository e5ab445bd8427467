"""The choices of a question: a list of the form, rows of a file or of a repeat, or what stands in the control."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from forms.datasets import is_open
from forms.expressions import Expression
from forms.items import Items
from forms.model import Item, Itemset, Text
from forms.nodes import Node
from forms.source import Source, name_of
from forms.texts import XF, itext_id, plain

_LIST = re.compile(r"instance\('([^']+)'\)/root/item(?:\[(.*)\])?", re.DOTALL)
_ITEXT = re.compile(r"jr:itext\((.*)\)")


@dataclass(frozen=True, slots=True)
class Choices:
    items: tuple[Item, ...] = ()
    choice_filter: Expression | None = None
    itemset: Itemset | None = None


def read_choices(source: Source, control: Element, path: str) -> Choices:
    """What the question at `path` offers."""
    if (query := control.get("query")) is not None:
        return _listed(source, path, query.strip(), "name", "label")
    itemset = control.find(f"{XF}itemset")
    if itemset is None:
        return Choices(Items(_inline(source, item, path) for item in control.findall(f"{XF}item")))
    value, label = (_reference(itemset.find(f"{XF}{part}")) for part in ("value", "label"))
    return _listed(source, path, itemset.get("nodeset", "").strip(), value or "name", label or "label")


def _reference(element: Element | None) -> str:
    text = "" if element is None else element.get("ref", "").strip()
    found = _ITEXT.fullmatch(text)
    return found[1].strip() if found else text


def _listed(source: Source, path: str, nodeset: str, value: str, label: str) -> Choices:
    found = _LIST.fullmatch(nodeset)
    if found is None:
        nodes = source.nodes(nodeset, path, "type")
        return Choices(itemset=Itemset(nodes, value, label) if nodes else None)
    choices = source.document.lists.get(found[1])
    if choices is None:
        source.problem("control_refused", name=name_of(path), control=nodeset)
        return Choices()
    chosen = source.expression(found[2], path, "choice_filter", on_items=True)
    if is_open(choices):
        nodes = source.nodes(f"instance('{found[1]}')/root/item", path, "type")
        return Choices(choice_filter=chosen, itemset=Itemset(nodes, value, label) if nodes else None)
    rows = (child for child in choices.children[0].children if child.name == "item")
    return Choices(Items(_item(source, row, value, label) for row in rows), chosen)


def _item(source: Source, node: Node, value: str, label: str) -> Item:
    fields = {child.name: child.text for child in node.children}
    text_id = fields.get("itextId", "")
    shown: Text = source.texts.get(text_id) if text_id else {"": plain(fields.get(label, ""))}
    return Item(fields.get(value, ""), shown, node, source.texts.media(text_id))


def _inline(source: Source, item: Element, path: str) -> Item:
    value = item.findtext(f"{XF}value", "").strip()
    node = Node("item")
    node.add("name", text=value)
    label = item.find(f"{XF}label")
    media = {} if label is None else source.texts.media(itext_id(label.get("ref", "")))
    return Item(value, source.text(label, path), node, media)
