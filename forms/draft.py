"""The answers of one draft, and what follows from them: relevance, calculations, defaults, repeats."""

from collections.abc import Sequence
from typing import cast

from forms.budget import TooMuchWorkError
from forms.expressions import Expression
from forms.following import following
from forms.items import Items
from forms.kinds import SELECTS, Kind, convert, dump, load
from forms.model import Form, Group, Item, Question, Template, Text
from forms.nodes import Document, Env, Node
from forms.preloads import Preload, report_id
from forms.tree import Tree, instances
from forms.unfolding import Unfolding
from forms.values import Json, Value, number, string

# In how many rounds instances of a repeat that build on each other must have come to rest.
MOST_ROUNDS = 100


class Draft:
    """Typed values by path over the JSON answers of one report. Call `settle()` after a change of the answers.

    `answers`, `done` (paths that the person has settled) and `counts` (instances by the path of a repeat, where the
    person counts them) are kept by reference: settling adds dynamic defaults and values made once() to `answers`.
    """

    def __init__(self, form: Form, answers: dict[str, Json], done: set[str], counts: dict[str, int], env: Env) -> None:
        self.form = form
        self.answers = answers
        self.done = done
        self.counts = counts
        self.env = env
        self._values: dict[str, Value] = {}
        self._hidden: set[str] = set()
        self._items: dict[str, Items] = {}
        self._asked: list[Question] | None = None
        self._questions: Sequence[Question] | None = None
        self._unfolding = Unfolding(form)
        self._tree = Tree(form.document) if form.document.repeats else None
        self.settle()

    # What expressions see

    @property
    def document(self) -> Document:
        return self._tree.document if self._tree else self.form.document

    def value(self, path: str) -> Value:
        return self._values.get(path, "")

    def choice_label(self, path: str, value: str) -> str:
        question = self.question(path)
        items = self._all_items(question) if question else Items()
        place = items.places.get(value)
        return "" if place is None else self.text(items[place].label, path)

    def itext(self, text_id: str) -> str:
        return self.text(self.form.itext.get(text_id, {}), self.document.top.children[0].path)

    # The questions, in the instances of their repeats

    def questions(self) -> Sequence[Question]:
        """All questions as they stand, in the order of the form; after a repeat whether there is one more."""
        if self._tree is None:
            return self.form.questions
        if self._questions is None:
            self._questions = self._unfolding.questions(self.document)
        return self._questions

    def question(self, path: str) -> Question | None:
        """The question at `path`, which has positions where it stands in a repeat; None when there is none."""
        return self.form.by_path.get(path) if self._tree is None else self._unfolding.question(path, self.document)

    # What an interview asks

    def relevant(self, path: str) -> bool:
        return path not in self._hidden

    def asked(self) -> list[Question]:
        """The questions that are asked as things stand, in the order of the form."""
        if self._asked is None:
            questions = self.form.asked if self._tree is None else self.questions()
            self._asked = [question for question in questions if self.asks(question)]
        return self._asked

    def asks(self, question: Question) -> bool:
        if not question.is_asked or question.path in self._hidden:
            return False
        return not self.holds(question.readonly, question.path)

    def holds(self, expression: Expression | None, at: str) -> bool:
        """Whether a condition is there and true."""
        return expression is not None and expression.true(self, at, self.env)

    def items(self, question: Question) -> Items:
        """The choices that the filter of `question` lets through; kept until the answers change."""
        if question.path not in self._items:
            self._items[question.path] = self._on_offer(question)
        return self._items[question.path]

    def _on_offer(self, question: Question) -> Items:
        found = self._all_items(question)
        chosen = question.choice_filter
        return found if chosen is None else found.filtered(chosen, self, question.path, self.env)

    def _all_items(self, question: Question) -> Items:
        itemset = question.itemset
        if itemset is None:
            return Items.of(question.items)
        rows = itemset.nodes.select(self, question.path, self.env)
        return Items(item for row in rows if (item := self._row(row, itemset.value, itemset.label)).value)

    def labels(self, question: Question) -> tuple[str, ...]:
        """What the choices on offer are called, in their order."""
        return self.items(question).labels(self.env.language, lambda label: self.text(label, question.path))

    def _row(self, row: Node, value: str, label: str) -> Item:
        text_id = self._field(row, label) if label == "itextId" else ""
        shown: Text = self.form.itext.get(text_id, {}) if text_id else {"": Template((self._field(row, label),))}
        return Item(self._field(row, value), shown, row)

    def _field(self, row: Node, path: str) -> str:
        for name in path.split("/"):
            found = next((child for child in row.children if child.name == name), None)
            if found is None:
                return ""
            row = found
        return string(self.value(row.path) if row.path else row.text)

    def answer(self, question: Question) -> Json:
        """The JSON of the answer to `question` or of what it calculates; its fixed default until it is settled."""
        if question.kind is Kind.REPEAT:
            return len(instances(self.document.by_path[question.path]))
        if question.calculate is not None:
            return dump(self._values.get(question.path, ""))
        return self._given(question, question.path)

    def shown(self, question: Question) -> str:
        """The value of `question` as plain text; choices by their labels."""
        given = string(self.value(question.path))
        if question.kind not in SELECTS:
            return given
        return ", ".join(filter(None, (self.choice_label(question.path, value) for value in given.split())))

    def text(self, text: Text, at: str) -> str:
        parts = self.form.text(text, self.env.language).parts
        if len(parts) == 1 and isinstance(parts[0], str):
            # Nearly every text, and lists have thousands of them.
            return parts[0]
        return "".join(part if isinstance(part, str) else self._output(part, at) for part in parts)

    def _output(self, expression: Expression, at: str) -> str:
        return string(expression.evaluate(self, at, self.env))

    # What follows

    def settle(self, changed: str = "") -> None:
        """Works out anew what follows from the answer at the path `changed`, or everything."""
        self.env.budget.begin()
        self._items.clear()
        self._asked = None
        if changed and self._tree is None and not self.form.is_recurrent:
            self._follow(changed)
        else:
            self._settle_all()

    def _follow(self, changed: str) -> None:
        for part in following(self.form).of(changed):
            self._hidden.discard(part.path)
            self._values.pop(part.path, None)
            self._settle_part(part, part.path)

    def _settle_all(self) -> None:
        self._values.clear()
        self._questions = None
        self._round()
        if self.form.is_recurrent:
            self._come_to_rest()

    def _come_to_rest(self) -> None:
        for _ in range(MOST_ROUNDS):
            before = dict(self._values)
            self._round()
            if self._values == before:
                return

    @property
    def instance_id(self) -> str:
        """The id of the report, the same as long as its seed is."""
        return report_id(self.env.seed)

    def _round(self) -> None:
        self._hidden.clear()
        if self.form.id_path:
            self._values[self.form.id_path] = self.instance_id
        if self._tree is None:
            for part in self.form.order:
                self._settle_part(part, part.path)
            return
        self._tree = tree = Tree(self.form.document)
        for part in self.form.order:
            if isinstance(part, Group) and part.repeat is not None:
                for slot in tree.slots(part.path):
                    self._fill(part, slot, tree)
            for node in tree.at(part.path):
                self._settle_part(part, node.path)

    def _fill(self, group: Group, slot: Node, tree: Tree) -> None:
        repeat = group.repeat
        if self._is_hidden(group, slot.path):
            self._hidden.add(slot.path)
        if repeat is None or repeat.count is None:
            tree.fill(slot, self.counts.get(slot.path, repeat.starts if repeat else 0))
            return
        count = number(repeat.count.evaluate(self, slot.path, self.env))
        tree.fill(slot, int(count) if count.is_finite() else 0)

    def _settle_part(self, part: Question | Group, path: str) -> None:
        try:
            if (self._hidden or part.relevant is not None) and self._is_hidden(part, path):
                self._hidden.add(path)
                self._values.pop(path, None)
            elif isinstance(part, Question):
                self._compute(part, path)
        except TooMuchWorkError as error:
            error.path = part.path
            raise

    def _is_hidden(self, part: Question | Group, path: str) -> bool:
        if path.rpartition("/")[0] in self._hidden:
            return True
        return part.relevant is not None and not part.relevant.true(self, path, self.env)

    def _compute(self, question: Question, path: str) -> None:
        if question.is_worked_out and path not in self.answers and path not in self.done:
            self._apply_default(question, path)
        given = self._given(question, path)
        if given is not None:
            self._values[path] = load(question.kind, given)
        if question.calculate is not None:
            self._calculate(question, question.calculate, path)

    def _apply_default(self, question: Question, path: str) -> None:
        default = question.default
        if isinstance(default, Preload):
            self.put(question, path, default.give(self.env))
        elif isinstance(default, Expression):
            self.put(question, path, default.evaluate(self, path, self.env))

    def put(self, question: Question, path: str, value: Value) -> None:
        """Gives `question` a value that was worked out; one that does not fit is left away."""
        try:
            answer = convert(question.kind, value)
        except ValueError:
            return
        if answer is not None:
            self.answers[path] = answer

    def _calculate(self, question: Question, calculate: Expression, path: str) -> None:
        value = calculate.evaluate(self, path, self.env)
        self._values[path] = value
        if question.is_kept and (kept := dump(value)) is not None:
            self.answers[path] = kept

    def _given(self, question: Question, path: str) -> Json:
        found = self.answers.get(path)
        if found is not None or question.is_worked_out or path in self.done:
            return found
        return cast(Json, question.default)
