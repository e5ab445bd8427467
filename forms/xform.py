"""XForm XML → `Form`. Pure and quick: this runs at every start, pyxform only when a workbook is loaded."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast
from xml.etree.ElementTree import Element, ParseError, fromstring

from forms.document import read_document
from forms.expressions import Expression, ExpressionError
from forms.kinds import SELECTS, Kind, convert
from forms.model import NO_TEXT, Form, Group, Item, Question, Text
from forms.nodes import Node
from forms.ordering import in_order, resolve
from forms.problems import FormError, Problem
from forms.texts import XF, Compile, Translations, itext_id, language_code, plain, template
from forms.values import Json

H = "{http://www.w3.org/1999/xhtml}"
JR = "{http://openrosa.org/javarosa}"
FIRST_LOAD = "odk-instance-first-load"
NO_COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType({})

CONTROLS = frozenset({"group", "input", "select1", "select", "upload"})
INPUTS = {"int": Kind.INTEGER, "decimal": Kind.DECIMAL, "date": Kind.DATE, "time": Kind.TIME, "string": Kind.TEXT}
CALCULATED = frozenset({"string", "int", "decimal", "date", "dateTime", "time", "boolean"})
_ITEMSET = re.compile(r"instance\('([^']+)'\)/root/item(?:\[(.*)\])?", re.DOTALL)


def parse(xform_xml: str, columns: Mapping[str, Mapping[str, str]] = NO_COLUMNS) -> Form:
    """The form in `xform_xml`; `columns`: own survey columns by question name. Raises FormError with every problem."""
    try:
        root = fromstring(xform_xml)  # noqa: S314 - our own output from pyxform, in which all text is escaped
    except ParseError as error:
        raise FormError([Problem("unreadable", {"detail": str(error)})]) from error
    reader = _Reader(root, columns)
    form = reader.form()
    if reader.problems:
        raise FormError(reader.problems)
    return form


class _Reader:
    def __init__(self, root: Element, columns: Mapping[str, Mapping[str, str]]) -> None:
        self.problems: list[Problem] = []
        self._columns = columns
        self._expressions: dict[tuple[str, bool], Expression] = {}
        self._model = cast(Element, root.find(f"{H}head/{XF}model"))
        self._body = cast(Element, root.find(f"{H}body"))
        self._title = root.findtext(f"{H}head/{H}title", "").strip()
        self._primary = cast(Element, self._model.find(f"{XF}instance"))[0]
        self._document, self._defaults = read_document(self._model)
        self._binds = {bind.get("nodeset", ""): bind for bind in self._model.iter(f"{XF}bind")}
        self._setvalues = {found.get("ref", ""): found for found in self._model.findall(f"{XF}setvalue")}
        self._texts = Translations(self._model.find(f"{XF}itext"), self._outputs_of)
        self._controls: dict[str, Element] = {}
        self._groups: Mapping[str, Group] = {}

    def form(self) -> Form:
        self._walk(self._body)
        self._groups = self._read_groups()
        for text_id in self._texts.media():
            self._problem("control_refused", name=_name(text_id.partition(":")[0]), control="media")
        for found in self._body.iter(f"{XF}setvalue"):
            self._problem("control_refused", name=_name(found.get("ref", "")), control="trigger")
        questions = self._questions()
        order, circles = in_order(self._in_document_order(questions))
        self.problems += circles
        return Form(
            id=self._primary.get("id", ""),
            version=self._primary.get("version", ""),
            title=self._title,
            languages=self._texts.languages or ("",),
            default_language=self._texts.default_language,
            questions=questions,
            asked=tuple(question for question in questions if question.is_asked),
            by_path=MappingProxyType({question.path: question for question in questions}),
            by_name=MappingProxyType({question.name: question for question in questions}),
            order=order,
            document=self._document,
            itext=self._texts.all(),
        )

    def _in_document_order(self, questions: tuple[Question, ...]) -> list[Question | Group]:
        parts: dict[str, Question | Group] = {**self._groups, **{question.path: question for question in questions}}
        return [parts[path] for path in self._document.by_path if path in parts]

    def _problem(self, code: str, **params: str) -> None:
        self.problems.append(Problem(code, params, sheet="survey"))

    # Expressions and texts

    def _expression(self, text: str | None, at: str, column: str, *, on_items: bool = False) -> Expression | None:
        if not text:
            return None
        key = text.strip(), on_items
        try:
            expression = self._expressions.get(key) or Expression(text, on_items=on_items)
        except ExpressionError as error:
            self._problem("expression", name=_name(at), column=column, detail=str(error))
            return None
        self._expressions[key] = expression
        self._check_references(expression, at, column)
        return expression

    def _condition(self, text: str | None, at: str, column: str) -> Expression | None:
        """As `_expression`, but what never holds is no condition at all."""
        return None if text == "false()" else self._expression(text, at, column)

    def _check_references(self, expression: Expression, at: str, column: str) -> None:
        for reference in sorted(expression.references):
            for path in resolve(reference, at, self._document.by_path):
                if path != "/" and path not in self._document.by_path:
                    self._problem("unknown_path", name=_name(at), column=column, path=path)

    def _outputs_of(self, text_id: str) -> Compile:
        path, _, column = text_id.partition(":")
        at = path if path in self._document.by_path else self._document.top.children[0].path
        return lambda value: self._expression(value, at, column or "label")

    def _text(self, element: Element | None, at: str, form: str = "") -> Text:
        """The text of a <label> or <hint>: a reference to translations, or its own content."""
        if element is None:
            return NO_TEXT
        if reference := element.get("ref"):
            return self._texts.get(itext_id(reference), form)
        return {} if form else {"": template(element, self._outputs_of(f"{at}:{element.tag.removeprefix(XF)}"))}

    def _message(self, text: str | None) -> Text:
        if not text:
            return NO_TEXT
        return self._texts.get(itext_id(text)) if itext_id(text) else {"": plain(text)}

    # The body

    def _walk(self, parent: Element) -> None:
        for element in parent:
            tag = element.tag.removeprefix(XF)
            if tag in CONTROLS:
                self._controls[element.get("ref", "")] = element
            elif tag != "label":
                path = element.get("ref") or element.get("nodeset") or ""
                self._problem("control_refused", name=_name(path), control=tag.rpartition("}")[2])
            if tag == "group":
                self._walk(element)

    def _read_groups(self) -> Mapping[str, Group]:
        """Every group, also those that hold only calculations and so have no place in the body."""
        top = self._document.top.children[0].path
        inner = (path for path, node in self._document.by_path.items() if node.children and path != top)
        return {path: self._group(path) for path in inner if not self._is_meta(path)}

    def _group(self, path: str) -> Group:
        control = self._controls.get(path)
        return Group(
            path=path,
            name=_name(path),
            label=self._part(control, "label", path),
            relevant=self._expression(self._bind(path).get("relevant"), path, "relevant"),
            appearance=control.get("appearance", "") if control is not None else "",
        )

    def _bind(self, path: str) -> Mapping[str, str]:
        bind = self._binds.get(path)
        return {} if bind is None else bind.attrib

    # Questions

    def _questions(self) -> tuple[Question, ...]:
        _, *paths = self._document.by_path
        leaves = (path for path in paths if path not in self._groups and not self._is_meta(path))
        return tuple(question for path in leaves if (question := self._question(path)) is not None)

    def _is_meta(self, path: str) -> bool:
        return path.startswith(f"{self._document.top.children[0].path}/meta")

    def _question(self, path: str) -> Question | None:
        bind = self._bind(path)
        control = self._controls.get(path)
        kind = self._kind(path, control)
        if kind is None:
            return None
        items, choice_filter = self._choices(control, path) if control is not None and kind in SELECTS else ((), None)
        own = self._columns.get(_name(path), {})
        question = Question(
            path=path,
            name=_name(path),
            kind=kind,
            label=self._part(control, "label", path),
            hint=self._part(control, "hint", path),
            guidance=self._part(control, "hint", path, "guidance"),
            required=self._condition(bind.get("required"), path, "required"),
            relevant=self._expression(bind.get("relevant"), path, "relevant"),
            constraint=self._expression(bind.get("constraint"), path, "constraint"),
            calculate=self._expression(bind.get("calculate"), path, "calculation"),
            readonly=self._condition(bind.get("readonly"), path, "read_only"),
            constraint_message=self._message(bind.get(f"{JR}constraintMsg")),
            required_message=self._message(bind.get(f"{JR}requiredMsg")),
            items=items,
            choice_filter=choice_filter,
            default=self._default(path, kind),
            appearance=control.get("appearance", "") if control is not None else "",
            groups=self._groups_around(path),
            indicator=own.get("indicator", ""),
            unit=_by_language(own, "unit"),
            short=_by_language(own, "short"),
            audience=own.get("audience", ""),
            synonyms=_listed(own.get("synonyms", "")),
        )
        if question.calculate and control is not None and question.readonly is None:
            self._problem("calculation_asked", name=question.name)
        return question

    def _part(self, control: Element | None, tag: str, path: str, form: str = "") -> Text:
        return NO_TEXT if control is None else self._text(control.find(f"{XF}{tag}"), path, form)

    def _groups_around(self, path: str) -> tuple[Group, ...]:
        return tuple(group for group in self._groups.values() if path.startswith(f"{group.path}/"))

    def _kind(self, path: str, control: Element | None) -> Kind | None:
        bind = self._bind(path)
        if control is None:
            return self._unseen_kind(path, bind)
        tag, datatype = control.tag.removeprefix(XF), bind.get("type", "string").rpartition(":")[2]
        if tag in {"select1", "select"}:
            return Kind.SELECT_ONE if tag == "select1" else Kind.SELECT_MULTIPLE
        if tag == "upload" and control.get("mediatype") == "image/*":
            return Kind.IMAGE
        if tag == "input" and datatype in INPUTS and "query" not in control.attrib:
            is_note = datatype == "string" and bind.get("readonly") == "true()"
            return Kind.NOTE if is_note else INPUTS[datatype]
        self._problem("control_refused", name=_name(path), control=control.get("mediatype") or datatype)
        return None

    def _unseen_kind(self, path: str, bind: Mapping[str, str]) -> Kind | None:
        datatype = bind.get("type", "string")
        if datatype in CALCULATED and f"{JR}preload" not in bind:
            return Kind.CALCULATE
        self._problem("control_refused", name=_name(path), control=bind.get(f"{JR}preloadParams", datatype))
        return None

    def _default(self, path: str, kind: Kind) -> Json | Expression:
        setvalue = self._setvalues.get(path)
        if setvalue is not None:
            if setvalue.get("event") != FIRST_LOAD:
                self._problem("control_refused", name=_name(path), control=setvalue.get("event", ""))
            return self._expression(setvalue.get("value"), path, "default")
        text = self._defaults.get(path, "")
        try:
            return convert(kind, text)
        except ValueError:
            self._problem("default", name=_name(path), value=text, type=kind)
            return None

    def _choices(self, control: Element, path: str) -> tuple[tuple[Item, ...], Expression | None]:
        itemset = control.find(f"{XF}itemset")
        nodeset = "search()" if itemset is None else itemset.get("nodeset", "").strip()
        found = _ITEMSET.fullmatch(nodeset)
        choices = self._document.lists.get(found[1]) if found else None
        if found is None or choices is None:
            self._problem("control_refused", name=_name(path), control=nodeset)
            return (), None
        choice_filter = self._expression(found[2], path, "choice_filter", on_items=True)
        return tuple(self._item(node) for node in choices.children[0].children), choice_filter

    def _item(self, node: Node) -> Item:
        fields = {child.name: child.text for child in node.children}
        label = self._texts.get(fields["itextId"]) if "itextId" in fields else {"": plain(fields.get("label", ""))}
        return Item(fields.get("name", ""), label, node)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _by_language(columns: Mapping[str, str], column: str) -> Mapping[str, str]:
    """`unit` and `unit::Vietnamese (vi)` as language code → text."""
    return {
        language_code(header.partition("::")[2]): text
        for header, text in columns.items()
        if header.partition("::")[0] == column and text
    }


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[,;\n]", text) if part.strip())
