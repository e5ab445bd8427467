"""The same form as a plain XForms client runs it: one XML document, and after an answer every bind worked out anew.

The peer evaluates the form's own expressions with elementpath, each parsed once, on an ElementTree instance; pip offers
no other engine for XForms or XLSForms (pyxform only converts). It does what an answer needs: the binds, and the choices
of the question that was answered. Reading the state and writing the reply are left out, in its favour.
"""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, fromstring

from elementpath import XPathContext, get_node_tree
from elementpath.xpath1 import XPath1Parser

from forms.model import Question
from forms.texts import XF
from forms.values import Value, string

BINDS = ("relevant", "calculate", "constraint", "required")
LIST = re.compile(r"instance\('([^']+)'\)/root/item(?:\[(.*)\])?", re.DOTALL)


class PeerParser(XPath1Parser):
    """XPath 1.0 and the two functions of ODK that the form calls."""


@PeerParser.method(PeerParser.function("selected", nargs=2))
def evaluate_selected(self: Any, context: XPathContext | None = None) -> bool:
    chosen, value = (self.string_value(self.get_argument(context, at, default="")) for at in (0, 1))
    return value in chosen.split()


@PeerParser.method(PeerParser.function("coalesce", nargs=2))
def evaluate_coalesce(self: Any, context: XPathContext | None = None) -> Any:
    first = self.get_argument(context, 0, default="")
    return first if self.string_value(first) else self.get_argument(context, 1, default="")


PeerParser.build()


class Peer:
    """The form of `xform_xml`, filled with `values` by path."""

    def __init__(self, xform_xml: str, values: Mapping[str, Value]) -> None:
        root = fromstring(xform_xml)
        instances = list(root.iter(f"{XF}instance"))
        self._root = _without_namespace(instances[0][0])
        self._lists = {instance.get("id"): _without_namespace(instance[0]) for instance in instances[1:]}
        for path, value in values.items():
            self._node(path).text = string(value)
        self._binds = [
            (bind.get("nodeset", ""), part, PeerParser().parse(text))
            for bind in root.iter(f"{XF}bind")
            for part in BINDS
            if (text := bind.get(part)) and "()" not in text
        ]
        self._itemsets = {
            control.get("ref", ""): itemset.get("nodeset", "")
            for control in root.iter()
            if (itemset := control.find(f"{XF}itemset")) is not None
        }

    def _node(self, path: str) -> Element:
        found = self._root.find("./" + "/".join(path.split("/")[2:]))
        assert found is not None, path
        return found

    def answer(self, question: Question, value: str) -> dict[tuple[str, str], Any]:
        """What every bind says after the answer."""
        self._offered(question.path)
        node = self._node(question.path)
        before, node.text = node.text, value
        found, tree = {}, get_node_tree(ElementTree(self._root))
        for path, part, expression in self._binds:
            here = self._node(path)
            context = XPathContext(tree, item=tree.elements[here])
            found[path, part] = result = expression.evaluate(context)
            if part == "calculate":
                here.text, tree = str(result), get_node_tree(ElementTree(self._root))
        node.text = before
        return found

    def _offered(self, path: str) -> list[str]:
        found = LIST.fullmatch(self._itemsets.get(path, ""))
        if found is None:
            return []
        rows = list(self._lists[found[1]])
        if found[2]:
            field, _, source = (part.strip() for part in found[2].partition("="))
            wanted = self._node(source).text
            test = PeerParser().parse(f"{field} = '{wanted}'")
            rows = [row for row in rows if test.evaluate(XPathContext(row))]
        return [row.findtext("name", "") for row in rows]


def _without_namespace(element: Element) -> Element:
    for part in element.iter():
        part.tag = part.tag.rpartition("}")[2]
    return element
