"""An XForm while it is read: its parts by path, its texts, and the problems found on the way."""

from collections.abc import Mapping
from posixpath import join
from types import MappingProxyType
from typing import TypeVar, cast
from xml.etree.ElementTree import Element

from forms.body import read_body
from forms.document import local, read_document
from forms.expressions import Expression, NodeSet
from forms.markup import H
from forms.model import NO_TEXT, Media, Text
from forms.ordering import resolve
from forms.problems import Problem
from forms.texts import XF, Compile, Translations, itext_id, plain, template
from forms.tree import refs_within

# Columns whose sheet is not the survey: sheet, and row where there can be but one.
ELSEWHERE: Mapping[str, tuple[str, int]] = MappingProxyType(
    {"instance_name": ("settings", 2), "entities": ("entities", 0)}
)
# XPath has no such word: it is read as a path to nothing, and so it does what is meant by it.
NULL = "null"
Compiled = TypeVar("Compiled", bound=Expression)


class Source:
    """`columns`: our own survey columns by question name."""

    def __init__(self, root: Element, columns: Mapping[str, Mapping[str, str]]) -> None:
        self.problems: list[Problem] = []
        self.columns = columns
        # Where the id of the report stands, once an expression has asked for it.
        self.id_path = ""
        self.model = cast(Element, root.find(f"{H}head/{XF}model"))
        self.title = root.findtext(f"{H}head/{H}title", "").strip()
        self.primary = cast(Element, self.model.find(f"{XF}instance"))[0]
        start = f"/{local(self.primary.tag)}"
        self._binds = {join(start, bind.get("nodeset", "").strip()): bind for bind in self.model.iter(f"{XF}bind")}
        ids = {bind.get("id", ""): path for path, bind in self._binds.items() if bind.get("id")}
        self.body = read_body(cast(Element, root.find(f"{H}body")), self.model, ids, start)
        self.document, primary = read_document(self.model, self.body.repeats)
        self.defaults, self.attributes = primary.defaults, primary.attributes
        self._compiled: dict[tuple[str, bool, type[Expression]], Expression] = {}
        self.texts = Translations(self.model.find(f"{XF}itext"), self._outputs_of)
        for path, what in self.body.refused:
            self.problem("control_refused", name=name_of(path), control=what)

    @property
    def top(self) -> str:
        """The path of the root of the primary instance."""
        return self.document.top.children[0].path

    def bind(self, path: str) -> Mapping[str, str]:
        bind = self._binds.get(path)
        return {} if bind is None else bind.attrib

    def problem(self, code: str, **params: str) -> None:
        self.problems.append(Problem(code, params, *ELSEWHERE.get(params.get("column", ""), ("survey", 0))))

    def repeats_around(self, path: str) -> tuple[str, ...]:
        return refs_within(path, self.document.repeats)

    # Expressions

    def expression(self, text: str | None, at: str, column: str, *, on_items: bool = False) -> Expression | None:
        """`text` compiled for the question at the path `at`; None when there is none, or a problem is kept."""
        return self._compile(Expression, text, at, column, on_items=on_items)

    def nodes(self, text: str, at: str, column: str) -> NodeSet | None:
        return self._compile(NodeSet, text, at, column)

    def condition(self, text: str | None, at: str, column: str) -> Expression | None:
        """As `expression`, but what never holds is no condition at all."""
        return None if text == "false()" else self.expression(text, at, column)

    def _compile(
        self, make: type[Compiled], text: str | None, at: str, column: str, *, on_items: bool = False
    ) -> Compiled | None:
        if not text or not text.strip():
            return None
        key = text.strip(), on_items, make
        try:
            found = self._compiled.get(key) or (make(text, on_items=True) if on_items else make(text))
        except ValueError as error:  # ExpressionError, and what Python says of numbers with thousands of digits
            self.problem("expression", name=name_of(at), column=column, detail=str(error))
            return None
        self._compiled[key] = found
        self._check(found, at, column)
        return cast(Compiled, found)

    def _check(self, expression: Expression, at: str, column: str) -> None:
        for reference in sorted(expression.references):
            for path in resolve(reference, at, self.document.by_path):
                self.id_path = path if path == f"{self.top}/meta/instanceID" else self.id_path
                if path != "/" and name_of(path) != NULL and path not in self.document.by_path:
                    self.problem("unknown_path", name=name_of(at), column=column, path=path)
        for name in sorted(expression.instances - self.document.lists.keys()):
            self.problem("instance_unknown", name=name_of(at), column=column, instance=name)

    # Texts

    def text(self, element: Element | None, at: str, form: str = "") -> Text:
        """The text of a <label> or <hint>: a reference to translations, or its own content."""
        if element is None:
            return NO_TEXT
        if reference := element.get("ref"):
            return self.texts.get(itext_id(reference), form)
        return {} if form else {"": template(element, self._outputs_of(f"{at}:{element.tag.removeprefix(XF)}"))}

    def part(self, control: Element | None, tag: str, path: str, form: str = "") -> Text:
        return NO_TEXT if control is None else self.text(control.find(f"{XF}{tag}"), path, form)

    def media(self, control: Element | None) -> Media:
        label = None if control is None else control.find(f"{XF}label")
        return {} if label is None else self.texts.media(itext_id(label.get("ref", "")))

    def message(self, text: str | None) -> Text:
        if not text:
            return NO_TEXT
        return self.texts.get(itext_id(text)) if itext_id(text) else {"": plain(text)}

    def _outputs_of(self, text_id: str) -> Compile:
        path, _, column = text_id.partition(":")
        at = path if path in self.document.by_path else self.top
        return lambda value: self.expression(value, at, column or "label")


def name_of(path: str) -> str:
    return path.rpartition("/")[2]
