"""XForm XML → `Form`. Pure and quick: this runs at every start, pyxform only when a workbook is loaded."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from xml.etree.ElementTree import Element

from forms.body import in_body_order
from forms.checks import YES
from forms.controls import JR, LIMITS, kind_of, parameters_of, preload_of
from forms.entities import read_entities
from forms.expressions import Expression
from forms.itemsets import Choices, read_choices
from forms.kinds import SELECTS, Kind, convert
from forms.markup import root_of
from forms.model import Form, Group, Question, Repeat, Trigger
from forms.ordering import in_order
from forms.preloads import AT_FIRST, AT_LAST, Preload
from forms.problems import FormError
from forms.source import Source, name_of
from forms.texts import XF, language_code
from forms.values import Json, is_number

NO_COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType({})


def parse(xform_xml: str, columns: Mapping[str, Mapping[str, str]] = NO_COLUMNS) -> Form:
    """The form in `xform_xml`; `columns`: own survey columns by question name. Raises FormError with every problem."""
    source = Source(root_of(xform_xml), columns)
    form = _Reader(source).form()
    if source.problems:
        raise FormError(source.problems)
    return form


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._body = source.body
        self._by_path = source.document.by_path
        self._defaults = {action.ref: action for action in self._body.actions if action.is_default}
        self._groups: Mapping[str, Group] = {}

    def form(self) -> Form:
        source = self._source
        self._groups = self._read_groups()
        questions = self._questions()
        order = in_order(self._in_document_order(questions))
        source.problems += order.problems
        root = source.primary
        return Form(
            id=root.get("id", "") or _namespace(root),
            version=root.get("version", ""),
            title=source.title,
            languages=source.texts.languages or ("",),
            default_language=source.texts.default_language,
            questions=questions,
            asked=tuple(question for question in questions if question.is_asked),
            by_path=MappingProxyType({question.path: question for question in questions}),
            by_name=MappingProxyType({question.name: question for question in questions}),
            order=order.parts,
            document=source.document,
            itext=source.texts.all(),
            groups=self._groups,
            is_recurrent=order.is_recurrent,
            prompts=self._prompts(),
            triggers=self._triggers(),
            entities=read_entities(source),
            instance_name=self._instance_name(),
            namespace=_namespace(root),
            id_path=source.id_path,
        )

    def _in_document_order(self, questions: tuple[Question, ...]) -> list[Question | Group]:
        parts: dict[str, Question | Group] = {**self._groups, **{question.path: question for question in questions}}
        return [parts[path] for path in self._by_path if path in parts]

    # Groups

    def _read_groups(self) -> Mapping[str, Group]:
        """Every group, also those that hold only calculations and so have no place in the body."""
        named = {path for path, control in self._body.controls.items() if control.tag == f"{XF}group"}
        holders = {*named, *self._source.document.repeats}
        inner = (path for path, node in self._by_path.items() if node.children or path in holders)
        return {path: self._group(path) for path in inner if path != self._source.top and not self._is_meta(path)}

    def _group(self, path: str) -> Group:
        control, source = self._body.controls.get(path), self._source
        return Group(
            path=path,
            name=name_of(path),
            label=source.part(control, "label", path),
            relevant=source.expression(source.bind(path).get("relevant"), path, "relevant"),
            appearance=control.get("appearance", "") if control is not None else "",
            repeat=self._repeat(path),
            repeats=source.repeats_around(path),
        )

    def _repeat(self, path: str) -> Repeat | None:
        element = self._body.repeats.get(path)
        if element is None:
            return None
        count = self._source.expression(element.get(f"{JR}count"), path, "repeat_count")
        is_fixed = element.get(f"{JR}noAddRemove", "") in {"true()", "true"}
        return Repeat(count, is_fixed or count is not None, self._source.document.repeats.get(path, 0))

    def _prompts(self) -> Mapping[str, Question]:
        """Whether there is one more, for each repeat that the person counts."""
        return {
            path: Question(
                path, group.name, Kind.REPEAT, path, self._source.repeats_around(path)[:-1],
                label=group.label, appearance=group.appearance, groups=self._groups_around(path),
            )
            for path, group in self._groups.items()
            if group.repeat is not None and not group.repeat.is_fixed
        }  # fmt: skip

    def _groups_around(self, path: str) -> tuple[Group, ...]:
        return tuple(group for group in self._groups.values() if path.startswith(f"{group.path}/"))

    # Questions

    def _questions(self) -> tuple[Question, ...]:
        leaves = (path for path in self._by_path if path != self._source.top and path not in self._groups)
        ordered = in_body_order((path for path in leaves if not self._is_meta(path)), self._body.places())
        return tuple(question for path in ordered if (question := self._question(path)) is not None)

    def _is_meta(self, path: str) -> bool:
        """Whether it is about the report or an entity, and no row of the survey."""
        holder, found, _ = f"{path}/".rpartition("/meta/")
        return bool(found) and (holder == self._source.top or f"{holder}/meta/entity" in self._by_path)

    def _question(self, path: str) -> Question | None:
        source, bind, control = self._source, self._source.bind(path), self._body.controls.get(path)
        kind = kind_of(control, bind)
        if not isinstance(kind, Kind):
            source.problem("control_refused", name=name_of(path), control=kind)
            return None
        choices = read_choices(source, control, path) if control is not None and kind in SELECTS else Choices()
        question = Question(
            path=path,
            name=name_of(path),
            kind=kind,
            ref=path,
            repeats=source.repeats_around(path),
            label=source.part(control, "label", path),
            hint=source.part(control, "hint", path),
            guidance=source.part(control, "hint", path, "guidance"),
            media=source.media(control),
            required=source.condition(bind.get("required"), path, "required"),
            relevant=source.expression(bind.get("relevant"), path, "relevant"),
            constraint=source.expression(bind.get("constraint"), path, "constraint"),
            calculate=source.expression(_calculation(bind), path, "calculation"),
            readonly=source.condition(bind.get("readonly"), path, "read_only"),
            constraint_message=source.message(bind.get(f"{JR}constraintMsg")),
            required_message=source.message(bind.get(f"{JR}requiredMsg")),
            items=choices.items,
            choice_filter=choices.choice_filter,
            itemset=choices.itemset,
            default=self._default(path, kind),
            appearance=control.get("appearance", "") if control is not None else "",
            parameters=self._parameters(control, path, kind),
            groups=self._groups_around(path),
        )
        return _with_own(question, source.columns.get(question.name, {}))

    def _parameters(self, control: Element | None, path: str, kind: Kind) -> Mapping[str, str]:
        found = parameters_of(control)
        wrong = [found[part] for part in LIMITS if part in found and not is_number(found[part])]
        if kind is Kind.RANGE and wrong:
            self._source.problem("range", name=name_of(path), value=wrong[0])
        return found

    def _default(self, path: str, kind: Kind) -> Json | Expression | Preload:
        source, action = self._source, self._defaults.get(path)
        preload = preload_of(source.bind(path))
        if preload is not None and preload in AT_FIRST:
            return Preload(preload[1], AT_FIRST[preload])
        if action is not None and action.value:
            return source.expression(action.value, path, "default")
        text = source.defaults.get(path, "") if action is None else action.text
        if kind is not Kind.TEXT:
            text = text.strip()
        try:
            return convert(kind, text)
        except ValueError:
            source.problem("default", name=name_of(path), value=text, type=kind)
            return None

    # What happens beside the questions

    def _triggers(self) -> Mapping[str, tuple[Trigger, ...]]:
        found: dict[str, tuple[Trigger, ...]] = {}
        for action in self._body.actions:
            if action.source and not action.is_default:
                value = self._source.expression(action.value or _literal(action.text), action.ref, "calculation")
                found[action.source] = (*found.get(action.source, ()), Trigger(action.ref, value))
        return found

    def _instance_name(self) -> Expression | None:
        path = f"{self._source.top}/meta/instanceName"
        return self._source.expression(self._source.bind(path).get("calculate"), path, "instance_name")


def _namespace(root: Element) -> str:
    space = root.tag.rpartition("}")[0].removeprefix("{")
    return "" if f"{{{space}}}" == XF else space


def _calculation(bind: Mapping[str, str]) -> str | None:
    return "now()" if preload_of(bind) == AT_LAST else bind.get("calculate")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if text else ""


def _with_own(question: Question, own: Mapping[str, str]) -> Question:
    """`question` with what our own columns say of it."""
    if not own:
        return question
    return replace(
        question,
        indicator=own.get("indicator", ""),
        unit=_by_language(own, "unit"),
        short=_by_language(own, "short"),
        audience=own.get("audience", ""),
        synonyms=tuple(_listed(own.get("synonyms", ""))),
        same=own.get("same", "").lower() in YES,
        urgent=own.get("urgent", "").lower() in YES,
        stands=own.get("take", "").lower() == "last",
    )


def _by_language(columns: Mapping[str, str], column: str) -> Mapping[str, str]:
    """`unit` and `unit::Vietnamese (vi)` as language code → text."""
    return {
        language_code(header.partition("::")[2]): text
        for header, text in columns.items()
        if header.partition("::")[0] == column and text
    }


def _listed(text: str) -> Iterable[str]:
    return (part.strip() for part in re.split(r"[,;\n]", text) if part.strip())
